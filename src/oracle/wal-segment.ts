/** A WAL file: `TTTTTTTTXXXXXXXXYYYYYYYY`, timeline and position, with `.partial` for the last one of an abandoned timeline. */
export interface WalSegment {
  readonly file: string;
  readonly timeline: number;
  /** Position of its first byte. */
  readonly startLsn: bigint;
}

/** Takes a file name apart; undefined for what is no WAL file. `segmentBytes` is the cluster's WAL segment size. */
export function parseWalSegment(file: string, segmentBytes: number): WalSegment | undefined {
  const match = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})(?:\.partial)?$/.exec(file);
  if (match === null) return undefined;
  const [, timeline = "", log = "", part = ""] = match;
  const startLsn = (BigInt(`0x${log}`) << 32n) + BigInt(`0x${part}`) * BigInt(segmentBytes);
  return { file, timeline: Number.parseInt(timeline, 16), startLsn };
}

/** Name of the segment that holds a position. */
export function walFileName(timeline: number, lsn: bigint, segmentBytes: number): string {
  const size = BigInt(segmentBytes);
  const part = (lsn & 0xffff_ffffn) / size;
  const digits = (value: number | bigint): string => value.toString(16).toUpperCase().padStart(8, "0");
  return digits(timeline) + digits(lsn >> 32n) + digits(part);
}

/** Segments of one timeline that follow each other without a gap. */
export interface SegmentRun {
  readonly files: readonly string[];
  /** Position behind the last of them. */
  readonly end: bigint;
  /** Where a segment is missing although later ones are there. */
  readonly hole?: bigint;
}

/** The run of segments that begins with the one that holds `from`; no files when that is not there. */
export function contiguousFrom(
  segments: readonly WalSegment[],
  timeline: number,
  from: bigint,
  segmentBytes: number,
): SegmentRun {
  const size = BigInt(segmentBytes);
  const byStart = new Map(
    segments
      // A whole segment outranks the partial one of the same position.
      .toSorted((a, b) => b.file.length - a.file.length)
      .filter((segment) => segment.timeline === timeline)
      .map((segment) => [segment.startLsn, segment.file]),
  );
  const files: string[] = [];
  let end = (from / size) * size;
  for (let file = byStart.get(end); file !== undefined; file = byStart.get(end)) {
    files.push(file);
    end += size;
  }
  const hole = [...byStart.keys()].some((start) => start > end) ? { hole: end } : {};
  return { files, end, ...hole };
}
