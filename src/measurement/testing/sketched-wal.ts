import { commitKey, type PostgresOracle, type TimelineEvidence } from "../../oracle/oracle-evidence.ts";
import type { LedgerEntry } from "../../workload/ledger-entry.ts";

/** WAL that is complete, in which each of these writes is committed: those of timeline 1 before it was left at 0/5000000. */
export function sketchedWal(entries: readonly LedgerEntry[]): PostgresOracle {
  const commits = entries.flatMap(({ answeredBy }): [string, string][] => {
    if (answeredBy?.timeline === undefined || answeredBy.xid === undefined) return [];
    return [
      [commitKey(answeredBy.timeline, answeredBy.xid), answeredBy.timeline === 1 ? "0/4000000" : "0/6000000"],
    ];
  });
  return {
    timelines: [whole(1, null, null), whole(2, 1, "0/5000000")],
    commits: new Map(commits),
    contradictions: [],
    unread: [],
  };
}

function whole(timeline: number, parent: number | null, switchLsn: string | null): TimelineEvidence {
  return {
    timeline,
    parent,
    switchLsn,
    completeFrom: "0/2000000",
    completeTo: "0/9000000",
    nodes: ["a"],
    detail: "",
    ends: [],
  };
}
