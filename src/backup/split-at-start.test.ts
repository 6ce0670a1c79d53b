import { expect, test } from "vitest";
import { splitAtStart } from "./split-at-start.ts";

const sum = "0123456789abcdef0123456789abcdef01234567";
const file = (path: string) => ({ place: "archive on s3", path, sha256: path });
const wal = (number: string) =>
  file(`archive/main/17-1/0000000100000000/0000000100000000000000${number}-${sum}.zst`);

test("a segment that ended as the base backup began belongs to the backup before", () => {
  const began = file("archive/main/17-1/0000000100000000/000000010000000000000007.00000028.backup");
  const backup = file("backup/main/20261112-010203F/bundle/1");
  expect(splitAtStart([wal("06"), wal("07"), began, backup, wal("08")])).toEqual({
    before: [wal("06")],
    own: [wal("07"), began, backup, wal("08")],
  });
});

test("without a base backup everything belongs together", () => {
  expect(splitAtStart([wal("06"), wal("07")])).toEqual({ before: [], own: [wal("06"), wal("07")] });
});
