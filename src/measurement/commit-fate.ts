import { parseLsn } from "../oracle/lsn.ts";
import { commitKey, type PostgresOracle, type TimelineEvidence } from "../oracle/oracle-evidence.ts";
import type { LedgerEntry } from "../workload/ledger-entry.ts";

/**
 * What WAL says of a write. `kept`: its commit is part of the branch that survived. `abandoned`: it lies at or after the point where
 * its timeline was left. `none`: WAL that is complete holds no commit of it.
 */
export type CommitFate = "kept" | "abandoned" | "none";

/**
 * Tells the fate of any write, or undefined where nothing can: WAL with a gap, a node that could not be read, sources that contradict
 * each other, a transaction that the ledger does not know.
 *
 * @param survivingTimeline the timeline that service is on in the end; default the newest.
 */
export function commitFates(
  oracle: PostgresOracle,
  survivingTimeline?: number,
): (entry: LedgerEntry) => CommitFate | undefined {
  const { timelines, commits, contradictions, unread } = oracle;
  if (contradictions.length > 0 || timelines.length === 0) return () => undefined;
  const survivor = survivingTimeline ?? Math.max(...timelines.map(({ timeline }) => timeline));
  const leftAt = switchPoints(timelines, survivor);
  // A node that could not be read may have held the rest of a timeline.
  const complete = new Set(
    timelines
      .filter(({ completeTo }) => completeTo !== null && unread.length === 0)
      .map(({ timeline }) => timeline),
  );
  return ({ answeredBy }) => {
    if (answeredBy?.timeline === undefined || answeredBy.xid === undefined) return undefined;
    const { timeline, xid } = answeredBy;
    const commit = commits.get(commitKey(timeline, xid));
    if (commit === undefined) return complete.has(timeline) ? "none" : undefined;
    if (timeline === survivor) return "kept";
    const left = leftAt.get(timeline);
    // A timeline on which the survivor does not build is a side branch: all that is its own was abandoned.
    return left === undefined || parseLsn(commit) >= left ? "abandoned" : "kept";
  };
}

/** Where each ancestor of the surviving timeline was left. */
function switchPoints(timelines: readonly TimelineEvidence[], survivor: number): Map<number, bigint> {
  const byNumber = new Map(timelines.map((evidence) => [evidence.timeline, evidence]));
  const leftAt = new Map<number, bigint>();
  let child = byNumber.get(survivor);
  while (child !== undefined) {
    const { parent, switchLsn }: TimelineEvidence = child;
    // A damaged history that names an ancestor twice must not keep us here for ever.
    if (parent === null || switchLsn === null || leftAt.has(parent)) break;
    leftAt.set(parent, parseLsn(switchLsn));
    child = byNumber.get(parent);
  }
  return leftAt;
}
