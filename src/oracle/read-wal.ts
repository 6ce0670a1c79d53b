import type Docker from "dockerode";
import { execInContainer } from "../engine/exec.ts";
import type { WalListing } from "./list-wal.ts";
import { formatLsn, parseLsn } from "./lsn.ts";
import { parseWalDump, type TransactionEnd } from "./parse-waldump.ts";
import { contiguousFrom } from "./wal-segment.ts";

/** What was read of one timeline on one node. */
export interface WalReading {
  readonly node: string;
  readonly timeline: number;
  /** By 32-bit transaction id. */
  readonly commits: ReadonlyMap<number, string>;
  readonly ends: readonly TransactionEnd[];
  readonly from: bigint;
  readonly to: bigint;
  /** Nothing is missing between `from` and `to`, and nothing stands behind `to`. */
  readonly sound: boolean;
  readonly detail: string;
}

export interface WalSource {
  readonly docker: Docker;
  readonly containerId: string;
  readonly node: string;
  readonly listing: WalListing;
}

/** A running server writes while its files are copied; a copy that is torn by that is whole the next time. */
const attempts = 3;

/** Copies the WAL of one timeline from a position on and reads its commit records. */
export async function readWal(source: WalSource, timeline: number, from: bigint): Promise<WalReading> {
  for (let attempt = 1; ; attempt += 1) {
    const reading = await readOnce(source, timeline, from, attempt);
    if (reading.sound || attempt === attempts) return reading;
  }
}

/**
 * A segment may be recycled between listing and copying: the program then waits five seconds for it and gives up, which it must not
 * do for the segment behind the last one. Hence the end.
 */
const copyScript = `
data=$1; copy=$2; shift 2
mkdir -p "$copy"
for file in "$@"; do cp -- "$data/pg_wal/$file" "$copy/\${file%.partial}" 2>/dev/null; done
exec pg_waldump --path="$copy" --rmgr=Transaction --timeline="$timeline" --start="$start" --end="$end"`;

async function readOnce(
  source: WalSource,
  timeline: number,
  from: bigint,
  attempt: number,
): Promise<WalReading> {
  const { docker, containerId, node, listing } = source;
  const { dataDirectory, segments, segmentBytes } = listing;
  const copy = `/tmp/wal/${node}/${timeline}/${attempt}`;
  const { files, end, hole } = contiguousFrom(segments, timeline, from, segmentBytes);
  const unread: WalReading = {
    node,
    timeline,
    commits: new Map(),
    ends: [],
    from,
    to: from,
    sound: false,
    detail: "",
  };
  if (files.length === 0) return { ...unread, detail: `no segment holds ${formatLsn(from)}` };
  const { stdout, stderr } = await execInContainer(
    docker,
    containerId,
    ["bash", "-c", copyScript, "read-wal", dataDirectory, copy, ...files],
    {
      env: {
        timeline: String(timeline),
        start: formatLsn(from),
        end: formatLsn(end),
        LC_ALL: "C",
        TZ: "UTC",
      },
    },
  );
  const { commits, ends, endLsn, endedBy } = parseWalDump(stdout, stderr);
  const detail = endedBy === "" ? `its segments are full to ${formatLsn(end)}` : endedBy;
  const to = endedBy === "" ? end : parseLsn(endLsn ?? formatLsn(from));
  const read = { ...unread, commits, ends, to, detail };
  if (hole !== undefined) return { ...read, detail: `damaged: there is no segment at ${formatLsn(hole)}` };
  if (endedBy.includes("data checksum")) return { ...read, detail: `damaged: ${endedBy}` };
  if (endedBy !== "" && endLsn === undefined) return read;
  const behind = await firstRecordBehind(source, timeline, to, end, copy);
  if (behind !== undefined) return { ...read, detail: `damaged: ${endedBy}; records go on at ${behind}` };
  return { ...read, sound: true };
}

/** WAL that ends is followed by zeros or by what an older use left, never by a valid page: that would be a hole. */
async function firstRecordBehind(
  { docker, containerId, listing }: WalSource,
  timeline: number,
  to: bigint,
  end: bigint,
  copy: string,
): Promise<string | undefined> {
  const nextBlock = nextMultiple(to, BigInt(listing.blockBytes));
  const nextSegment = nextMultiple(to, BigInt(listing.segmentBytes));
  for (const position of new Set([nextBlock, nextSegment])) {
    if (position >= end) continue;
    const range = [`--start=${formatLsn(position)}`, `--end=${formatLsn(end)}`, "--limit=1"];
    const { exitStatus, stdout } = await execInContainer(docker, containerId, [
      "pg_waldump",
      `--path=${copy}`,
      `--timeline=${timeline}`,
      ...range,
    ]);
    if (exitStatus === 0 && stdout.trim() !== "") return formatLsn(position);
  }
  return undefined;
}

function nextMultiple(value: bigint, unit: bigint): bigint {
  return (value / unit + 1n) * unit;
}
