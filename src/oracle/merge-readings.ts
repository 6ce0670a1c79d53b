import { fullTransactionId } from "./full-transaction-id.ts";
import { formatLsn } from "./lsn.ts";
import { commitKey, type PostgresOracle, type TimelineEvidence } from "./oracle-evidence.ts";
import type { TimelineSwitch } from "./parse-history.ts";
import type { WalReading } from "./read-wal.ts";

/**
 * Makes one story of what was read on every node. Nodes of one timeline hold the same records as far as each goes; where they don't,
 * that is a contradiction. `nextXid` is an id of the run's time, to complete the half ids of WAL.
 */
export function mergeReadings(
  readings: readonly WalReading[],
  switches: ReadonlyMap<number, TimelineSwitch>,
  nextXid: bigint,
): Omit<PostgresOracle, "unread"> {
  const commits = new Map<string, string>();
  const contradictions: string[] = [];
  for (const { node, timeline, commits: read } of readings) {
    for (const [xid, lsn] of read) {
      const key = commitKey(timeline, String(fullTransactionId(xid, nextXid)));
      const known = commits.get(key);
      if (known !== undefined && known !== lsn) {
        contradictions.push(`transaction ${key} commits at ${known} on one node and at ${lsn} on ${node}`);
      }
      commits.set(key, lsn);
    }
  }
  const timelines = [...new Set(readings.map(({ timeline }) => timeline))]
    .toSorted((a, b) => a - b)
    .map((timeline) => timelineOf(timeline, readings, switches.get(timeline)));
  return { timelines, commits, contradictions };
}

function timelineOf(
  timeline: number,
  readings: readonly WalReading[],
  left: TimelineSwitch | undefined,
): TimelineEvidence {
  const own = readings.filter((reading) => reading.timeline === timeline);
  // An unsound reading may hide the end of the timeline, whatever the other nodes hold of it.
  const sound = own.every((reading) => reading.sound);
  const from = own.map((reading) => reading.from).reduce((a, b) => (a < b ? a : b));
  const to = own.map((reading) => reading.to).reduce((a, b) => (a > b ? a : b));
  const furthest = own.find((reading) => reading.to === to);
  return {
    timeline,
    parent: left?.parent ?? null,
    switchLsn: left?.switchLsn ?? null,
    completeFrom: sound ? formatLsn(from) : null,
    completeTo: sound ? formatLsn(to) : null,
    nodes: own.map(({ node }) => node),
    detail: own.map(({ node, detail }) => `${node}: ${detail}`).join("; "),
    ends: furthest?.ends ?? [],
  };
}
