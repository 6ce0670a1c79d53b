import { expect, test } from "vitest";
import type { BackupArtefact } from "../timeline/backup-artefact.ts";
import { whatIsKept } from "./observe-kept.ts";

const backup = {
  name: "31 days old",
  madeAt: 0,
  good: true,
  files: [
    { place: "operator", path: "/backups/one/dump", sha256: "aa" },
    { place: "s3", path: "backups/one/dump", sha256: "aa" },
    { place: "s3", path: "backups/one/verified.json", sha256: "bb" },
  ],
};

function file(place: string, path: string, sha256: string): BackupArtefact {
  return { place, path, sha256, bytes: 9, format: "unknown" };
}

function inStore(current: readonly BackupArtefact[], old: readonly BackupArtefact[] = []): [number, number] {
  const found = whatIsKept([backup], current, old).find(({ place }) => place === "s3");
  return [found?.whole ?? -1, found?.left ?? -1];
}

test("each place is looked at by itself", () => {
  expect(whatIsKept([backup], [file("operator", "/backups/one/dump", "aa")], [])).toEqual([
    { backup: "31 days old", place: "operator", files: 1, whole: 1, left: 1 },
    { backup: "31 days old", place: "s3", files: 2, whole: 0, left: 0 },
  ]);
});

test("what lies under another name or as an old version is left and helps no restore", () => {
  expect(inStore([file("s3", "old/dump", "aa"), file("s3", "backups/one/verified.json", "bb")])).toEqual([
    1, 2,
  ]);
  expect(inStore([file("s3", "backups/one/dump", "e3")], [file("s3", "8f/c1/aa", "aa")])).toEqual([0, 1]);
});

test("another content under the right name is not the backup", () => {
  expect(inStore([file("s3", "backups/one/dump", "cc")])).toEqual([0, 0]);
});
