import type { BackupFinding } from "./backup-finding.ts";
import type { RepositoryBackup } from "./repository-info.ts";

/** WAL segments of a repository by timeline, in the order of their numbers. */
export interface ArchivedWal {
  readonly timelines: ReadonlyMap<string, readonly bigint[]>;
  readonly segmentsPerFile: bigint;
}

/** A segment as pgBackRest stores it: its name, the checksum of its content, how it is compressed. */
const stored = /(?:^|\/)([0-9A-F]{24})-[0-9a-f]{40}(?:\.\w+)?$/;

/** Takes the segments out of the paths of a repository's files. */
export function archivedWal(paths: readonly string[], segmentBytes: number): ArchivedWal {
  const segmentsPerFile = 2n ** 32n / BigInt(segmentBytes);
  const timelines = new Map<string, bigint[]>();
  for (const path of paths) {
    const name = stored.exec(path)?.[1];
    if (name === undefined) continue;
    const timeline = name.slice(0, 8);
    timelines.set(timeline, [...(timelines.get(timeline) ?? []), numberOf(name, segmentsPerFile)]);
  }
  for (const numbers of timelines.values()) numbers.sort((a, b) => (a < b ? -1 : 1));
  return { timelines, segmentsPerFile };
}

/**
 * Segments that are missing: those that a backup needs to be opened at all, and every hole behind the oldest backup. pgBackRest
 * verifies what is there, and misses none that is not.
 */
export function missingWal(wal: ArchivedWal, backups: readonly RepositoryBackup[]): BackupFinding[] {
  const findings: BackupFinding[] = [];
  const told = new Set<string>();
  for (const { archive, label } of backups) {
    const { start, stop } = archive;
    if (start === null || stop === null) continue;
    const missing = between(wal, start, stop).filter((name) => !told.has(name));
    for (const name of missing) told.add(name);
    if (missing.length === 0) continue;
    findings.push({
      code: "wal-missing",
      message: `The backup ${label} needs the WAL segments ${start} to ${stop}, and the archive lacks ${listed(missing)}: without them no server opens it.`,
    });
  }
  const oldest = backups.find(({ archive }) => archive.start !== null)?.archive.start ?? undefined;
  const holes = [...wal.timelines].flatMap(([timeline, numbers]) => {
    const first = oldest?.slice(0, 8) === timeline ? numberOf(oldest, wal.segmentsPerFile) : undefined;
    const from = numbers.filter((number) => first === undefined || number >= first);
    const [lowest, highest] = [from[0], from.at(-1)];
    if (lowest === undefined || highest === undefined) return [];
    return absent(wal, timeline, lowest, highest).filter((name) => !told.has(name));
  });
  if (holes.length > 0) {
    findings.push({
      code: "wal-missing",
      message: `The archive lacks ${listed(holes)}, and has segments before and behind: no instant between that and the next backup can be reached.`,
    });
  }
  return findings;
}

/** For a sentence: what the archive has. */
export function sayWal({ timelines, segmentsPerFile }: ArchivedWal): string {
  return [...timelines]
    .map(([timeline, numbers]) => {
      const [first, last] = [numbers[0] ?? 0n, numbers.at(-1) ?? 0n];
      return `${String(numbers.length)} segments without a gap, ${nameOf(timeline, first, segmentsPerFile)} to ${nameOf(timeline, last, segmentsPerFile)}`;
    })
    .join("; ");
}

function between(wal: ArchivedWal, start: string, stop: string): string[] {
  const timeline = start.slice(0, 8);
  return absent(wal, timeline, numberOf(start, wal.segmentsPerFile), numberOf(stop, wal.segmentsPerFile));
}

function absent(
  { timelines, segmentsPerFile }: ArchivedWal,
  timeline: string,
  from: bigint,
  to: bigint,
): string[] {
  const there = new Set(timelines.get(timeline));
  const missing: string[] = [];
  for (let number = from; number <= to; number += 1n) {
    if (!there.has(number)) missing.push(nameOf(timeline, number, segmentsPerFile));
  }
  return missing;
}

function numberOf(name: string, segmentsPerFile: bigint): bigint {
  return BigInt(`0x${name.slice(8, 16)}`) * segmentsPerFile + BigInt(`0x${name.slice(16, 24)}`);
}

function nameOf(timeline: string, number: bigint, segmentsPerFile: bigint): string {
  const hex = (value: bigint): string => value.toString(16).toUpperCase().padStart(8, "0");
  return `${timeline}${hex(number / segmentsPerFile)}${hex(number % segmentsPerFile)}`;
}

function listed(names: readonly string[]): string {
  const [first = "", second] = names;
  if (names.length === 1) return first;
  return names.length === 2
    ? `${first} and ${second ?? ""}`
    : `${first} and ${String(names.length - 1)} more`;
}
