import { parseLsn } from "../oracle/lsn.ts";
import { commitKey, type PostgresOracle } from "../oracle/oracle-evidence.ts";
import type { TransactionEnd } from "../oracle/parse-waldump.ts";
import type { AnsweredBy } from "../workload/ledger-entry.ts";

/** A write, by the transaction that its row names. */
export interface WrittenRow {
  readonly id: number;
  readonly answeredBy?: AnsweredBy;
}

export interface PointInTimeInput {
  /** The instant to which the copy was to be recovered, a full second of the database server's clock: `2026-11-09 01:59:59+00`. */
  readonly target: string;
  /** Undefined: no WAL could be read. */
  readonly oracle: PostgresOracle | undefined;
  /** Every write of the run that the original holds or that was acknowledged; one may be named more than once. */
  readonly written: readonly WrittenRow[];
  /** Every write of the run that the copy holds. */
  readonly copy: readonly WrittenRow[];
}

/** A recovered copy, held against the set that PostgreSQL defines: the WAL up to the first commit or abort later than the target. */
export interface PointInTime {
  readonly target: string;
  /** Recovery had to stop before this record. */
  readonly stopsBefore: TransactionEnd;
  /** Writes that committed before it. */
  readonly expected: number;
  /** Ids of those that the copy lacks, ascending. */
  readonly missing: readonly number[];
  /** Ids in the copy whose commit is that record or a later one, ascending. */
  readonly later: readonly number[];
}

/** Why nothing can be said about the set, in one sentence. */
export interface PointInTimeUndecided {
  readonly target: string;
  readonly undecided: string;
}

/**
 * Judges the set and no distance in time: the times of WAL records are not monotonic, so that the set is not "whatever committed by
 * then". `recovery_target_inclusive` is on, PostgreSQL's default: a commit in the very microsecond of the target belongs to the set.
 */
export function measurePointInTime(input: PointInTimeInput): PointInTime | PointInTimeUndecided {
  const { target, oracle, written, copy } = input;
  const undecided = (found: string): PointInTimeUndecided => ({
    target,
    undecided: `Expected the WAL to tell what was committed by ${target}, found ${found}.`,
  });
  const [timeline, ...others] = oracle?.timelines ?? [];
  if (oracle === undefined || timeline === undefined) return undecided("none that could be read");
  if (others.length > 0) return undecided("a timeline that was left during the run");
  if (timeline.completeTo === null) return undecided(`a gap in it (${timeline.detail})`);
  const instant = `${target.slice(0, "2026-11-09 01:59:59".length)}.000000`;
  const stopsBefore = timeline.ends.find(({ at }) => at > instant);
  if (stopsBefore === undefined) return undecided("no transaction that ended later");
  const stop = parseLsn(stopsBefore.lsn);
  const commitOf = ({ answeredBy }: WrittenRow): bigint | undefined => {
    const { timeline: on, xid } = answeredBy ?? {};
    const lsn = on === undefined || xid === undefined ? undefined : oracle.commits.get(commitKey(on, xid));
    return lsn === undefined ? undefined : parseLsn(lsn);
  };
  const unknown = copy.find((row) => commitOf(row) === undefined);
  if (unknown !== undefined) return undecided(`no commit of write ${unknown.id}, which the copy holds`);
  const there = new Set(copy.map(({ id }) => id));
  const expected = new Set(written.filter((row) => (commitOf(row) ?? stop) < stop).map(({ id }) => id));
  return {
    target,
    stopsBefore,
    expected: expected.size,
    missing: ascending([...expected].filter((id) => !there.has(id))),
    later: ascending(copy.filter((row) => (commitOf(row) ?? stop) >= stop).map(({ id }) => id)),
  };
}

function ascending(ids: readonly number[]): number[] {
  return ids.toSorted((one, other) => one - other);
}
