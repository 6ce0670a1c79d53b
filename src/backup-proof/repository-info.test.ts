import { expect, test } from "vitest";
import { chooseBackup, parseInfo, type RepositoryBackup } from "./repository-info.ts";

function backup(label: string, stop: number): RepositoryBackup {
  return {
    ...{ label, type: "full", error: false, database: { id: 1 }, backrest: { version: "2.55.1" } },
    archive: { start: "000000010000000000000002", stop: "000000010000000000000002" },
    timestamp: { start: stop - 2, stop },
  };
}

const backups = [backup("first", 1_000), backup("second", 2_000)];

function chosen(seconds: number | undefined): string {
  const found = chooseBackup(backups, seconds === undefined ? undefined : new Date(seconds * 1_000), "/repo");
  return "backup" in found ? found.backup.label : found.finding.code;
}

test("an instant is reached from the newest backup that was complete before it", () => {
  expect([undefined, 3_000, 2_001, 2_000, 1_001].map(chosen)).toEqual([
    ...["second", "second", "second", "first", "first"],
  ]);
});

test("before the oldest backup was complete no instant is reached, and without a backup none at all", () => {
  expect(chosen(1_000)).toBe("target-unreachable");
  expect(chooseBackup([], undefined, "/repo")).toMatchObject({ finding: { code: "empty-backup" } });
});

test("what pgBackRest can't read is trouble in one line, without the bytes that it quotes", () => {
  const status = {
    code: 99,
    message: "[FormatError] unable to load 'backup.info':\nFormatError: \ufffd\ufffd",
  };
  const json = JSON.stringify([{ name: "demo", backup: [], db: [], repo: [{ status }], status }]);
  expect(parseInfo(json, "demo")).toEqual({
    backups: [],
    major: undefined,
    trouble: "[FormatError] unable to load 'backup.info'",
  });
  expect(parseInfo(json.replace("\ufffd", "\u0001\u000b"), "demo").trouble).toContain("unable to load");
  expect(parseInfo("[]", "demo").trouble).toBe("it has no such stanza");
});

test("a repository without a backup is readable", () => {
  const status = { code: 2, message: "no valid backups" };
  const json = JSON.stringify([
    { name: "demo", backup: [], db: [{ id: 1, version: "17" }], repo: [{ status }], status },
  ]);
  expect(parseInfo(json, "demo")).toEqual({ backups: [], major: 17, trouble: undefined });
});
