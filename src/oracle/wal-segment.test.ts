import { expect, test } from "vitest";
import { contiguousFrom, parseWalSegment, walFileName } from "./wal-segment.ts";

const size = 16 * 1024 * 1024;
const listed = (...files: string[]) =>
  files.map((file) => parseWalSegment(file, size)).filter((segment) => segment !== undefined);

test("a file name gives timeline and position", () => {
  expect(parseWalSegment("000000020000000A000000FF", size)).toEqual({
    file: "000000020000000A000000FF",
    timeline: 2,
    startLsn: 0xaff000000n,
  });
});

test("the segment that holds a position has the name that is read back", () => {
  expect(walFileName(2, 0xaff000148n, size)).toBe("000000020000000A000000FF");
  expect(walFileName(10, 0x6ffffffn, size)).toBe("0000000A0000000000000006");
});

test("the directory's other names are no segments", () => {
  expect(listed("00000002.history", "archive_status", "000000010000000000000003.00000028.backup")).toEqual(
    [],
  );
});

test("reading begins with the segment that holds the position and ends at the last without a gap", () => {
  const segments = listed("000000010000000000000005", "000000010000000000000003", "000000010000000000000004");
  expect(contiguousFrom(segments, 1, 0x3000148n, size)).toEqual({
    files: ["000000010000000000000003", "000000010000000000000004", "000000010000000000000005"],
    end: 0x6000000n,
  });
});

test("a missing segment between two others is a hole", () => {
  const segments = listed("000000010000000000000003", "000000010000000000000005");
  expect(contiguousFrom(segments, 1, 0x3000148n, size)).toMatchObject({ end: 0x4000000n, hole: 0x4000000n });
});

test("nothing is read when the segment of the position itself is gone", () => {
  expect(contiguousFrom(listed("000000010000000000000004"), 1, 0x3000148n, size)).toMatchObject({
    files: [],
    hole: 0x3000000n,
  });
});

test("segments of another timeline are left out", () => {
  expect(contiguousFrom(listed("000000020000000000000003"), 1, 0x3000148n, size).files).toEqual([]);
});

test("a partial segment stands in where there is no whole one", () => {
  expect(contiguousFrom(listed("000000010000000000000003.partial"), 1, 0x3000148n, size).files).toEqual([
    "000000010000000000000003.partial",
  ]);
  const both = listed("000000010000000000000003.partial", "000000010000000000000003");
  expect(contiguousFrom(both, 1, 0x3000148n, size).files).toEqual(["000000010000000000000003"]);
});
