import type Docker from "dockerode";
import { listArchivedWal, type WalArchive } from "./archived-wal.ts";
import { listWal, type WalListing } from "./list-wal.ts";
import { parseLsn } from "./lsn.ts";
import { mergeReadings } from "./merge-readings.ts";
import type { PostgresOracle } from "./oracle-evidence.ts";
import type { TimelineSwitch } from "./parse-history.ts";
import { readWal, type WalReading } from "./read-wal.ts";
import type { PostgresStart } from "./run-start.ts";
import { contiguousFrom } from "./wal-segment.ts";
import { startScratchContainer } from "../engine/scratch-container.ts";

export interface PostgresVolumes {
  readonly docker: Docker;
  readonly runId: string;
  /** Reference of a PostgreSQL image of the nodes' major version: its `pg_waldump` reads their WAL. */
  readonly image: string;
  readonly nodes: readonly { readonly node: string; readonly volume: string }[];
  /** Asked where no volume holds the start of the run, for a restore replaced it. Default: it is then not known. */
  readonly archive?: WalArchive;
}

/**
 * Reads commit records and timeline history from copies of every node's WAL, from the start of the run on. No server is asked, so
 * that it does not matter whether a node is dead, paused or running.
 */
export async function collectPostgresOracle(
  { docker, runId, image, nodes, archive }: PostgresVolumes,
  start: PostgresStart,
): Promise<PostgresOracle> {
  const mounts = nodes.map(({ node, volume }, index) => ({ node, volume, path: `/nodes/${index}` }));
  await using scratch = await startScratchContainer(docker, runId, image, mounts);
  const unread: string[] = [];
  const listed = await Promise.all(
    mounts.map(async ({ node, path }) => {
      try {
        return [{ node, listing: await listWal(docker, scratch.id, path) }];
      } catch (error) {
        unread.push(`${node}: ${error instanceof Error ? error.message : String(error)}`);
        return [];
      }
    }),
  ).then((all) => all.flat());
  const [sample] = listed;
  if (archive !== undefined && sample !== undefined && !listed.some(({ listing }) => holds(listing, start))) {
    try {
      const listing = await listArchivedWal(docker, scratch.id, archive, start, sample.listing);
      listed.push({ node: "archive", listing });
    } catch (error) {
      unread.push(`archive: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const { switches, contradictions } = mergeSwitches(listed);
  const readings = await Promise.all(
    listed.flatMap(({ node, listing }) =>
      timelinesOf(listing, start.timeline).map((timeline): Promise<WalReading> => {
        const from = laterOf(parseLsn(start.lsn), switches.get(timeline));
        return readWal({ docker, containerId: scratch.id, node, listing }, timeline, from);
      }),
    ),
  );
  const merged = mergeReadings(readings, switches, BigInt(start.nextXid));
  return { ...merged, contradictions: [...contradictions, ...merged.contradictions], unread };
}

function holds({ segments, segmentBytes }: WalListing, { timeline, lsn }: PostgresStart): boolean {
  return contiguousFrom(segments, timeline, parseLsn(lsn), segmentBytes).files.length > 0;
}

function timelinesOf({ segments }: WalListing, first: number): number[] {
  return [...new Set(segments.map(({ timeline }) => timeline))].filter((timeline) => timeline >= first);
}

/** The first segment of a new timeline begins with a copy of its parent's records, which are not its own. */
function laterOf(start: bigint, left: TimelineSwitch | undefined): bigint {
  if (left === undefined) return start;
  const switchedAt = parseLsn(left.switchLsn);
  return switchedAt > start ? switchedAt : start;
}

/** Two nodes that were promoted apart from each other give their branches the same number. */
function mergeSwitches(listed: readonly { node: string; listing: WalListing }[]): {
  switches: Map<number, TimelineSwitch>;
  contradictions: string[];
} {
  const switches = new Map<number, TimelineSwitch>();
  const contradictions: string[] = [];
  for (const { node, listing } of listed) {
    for (const [timeline, left] of listing.switches) {
      const known = switches.get(timeline);
      if (known !== undefined && (known.parent !== left.parent || known.switchLsn !== left.switchLsn)) {
        contradictions.push(
          `timeline ${timeline} began at ${known.switchLsn} on one node and at ${left.switchLsn} on ${node}`,
        );
      }
      switches.set(timeline, left);
    }
  }
  return { switches, contradictions };
}
