import { expect, test } from "vitest";
import { archivedWal, missingWal, sayWal } from "./archived-wal.ts";
import type { RepositoryBackup } from "./repository-info.ts";

const segmentBytes = 16 * 2 ** 20;

function segment(number: number, timeline = 1): string {
  const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, "0");
  return `${hex(timeline)}${hex(Math.floor(number / 256))}${hex(number % 256)}`;
}

function path(number: number, timeline = 1): string {
  const name = segment(number, timeline);
  return `archive/demo/17-1/${name.slice(0, 16)}/${name}-${"0a".repeat(20)}.zst`;
}

function backup(label: string, start: number, stop: number): RepositoryBackup {
  return {
    ...{ label, type: "full", error: false, database: { id: 1 }, backrest: { version: "2.55.1" } },
    archive: { start: segment(start), stop: segment(stop) },
    timestamp: { start: 1, stop: 2 },
  };
}

function missing(numbers: readonly number[], backups: readonly RepositoryBackup[]): string[] {
  const wal = archivedWal(
    numbers.map((number) => path(number)),
    segmentBytes,
  );
  return missingWal(wal, backups).map(({ message }) => message);
}

test("segments that follow each other, over the end of a file's numbers too, lack nothing", () => {
  expect(missing([254, 255, 256, 257], [backup("full", 254, 255)])).toEqual([]);
  expect(sayWal(archivedWal([path(255), path(256)], segmentBytes))).toBe(
    `2 segments without a gap, ${segment(255)} to ${segment(256)}`,
  );
});

test("a segment that a backup needs is missed, even where it is the last", () => {
  expect(missing([2, 3], [backup("full", 3, 4)])).toEqual([
    `The backup full needs the WAL segments ${segment(3)} to ${segment(4)}, and the archive lacks ${segment(4)}: without them no server opens it.`,
  ]);
  expect(missing([], [backup("full", 3, 3)])).toHaveLength(1);
});

test("a hole behind the oldest backup is missed, once", () => {
  expect(missing([3, 4, 7, 8], [backup("full", 3, 4)])).toEqual([
    `The archive lacks ${segment(5)} and ${segment(6)}, and has segments before and behind: no instant between that and the next backup can be reached.`,
  ]);
  expect(missing([3, 4, 6], [backup("first", 3, 4), backup("second", 5, 6)])).toHaveLength(1);
});

test("what is missing before the oldest backup is missing by right", () => {
  expect(missing([1, 3, 4], [backup("full", 3, 4)])).toEqual([]);
});

test("files that are no segments are none", () => {
  const history = "archive/demo/17-1/00000002.history";
  const label = "archive/demo/17-1/0000000100000000/000000010000000000000002.00000028.backup";
  expect(archivedWal([history, label], segmentBytes).timelines.size).toBe(0);
});
