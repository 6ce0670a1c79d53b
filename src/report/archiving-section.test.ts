import { expect, test } from "vitest";
import type { Evidence } from "../evidence/evidence.ts";
import { archivingSection } from "./archiving-section.ts";

type Look = Evidence["archiving"][number];

const counts = { archived: 0, failed: 2, lastArchived: null, lastFailed: null };
const look: Look = {
  observedAtSeconds: 50,
  node: "pg1",
  settings: { mode: "on", command: "cp %p /wal/%f", timeoutSeconds: 0 },
  before: counts,
  after: { ...counts, failed: 5, lastFailed: "0A" },
  segments: [
    {
      segment: "0A",
      waitedSeconds: 30,
      copies: [
        { service: "pg1", content: "none", detail: "cp: No such file" },
        { service: "pg2", content: "same", detail: "" },
      ],
    },
  ],
  overwrite: null,
};

const section = (...archiving: Look[]): string => archivingSection({ archiving } as unknown as Evidence);

test("a segment is one row, with what each server got for it", () => {
  const text = section(look);
  expect(text).toMatch(/fetched by pg1 +\| fetched by pg2/);
  expect(text).toMatch(/^\| `0A` +\| 30\.0 s \| \*\*nothing\*\*: cp: No such file \| what was written +\|/m);
  expect(text).toContain("pg_stat_archiver meanwhile: 0 archived, 3 failed, last failed `0A`");
  expect(text).toContain("archive_timeout off: a segment leaves only when it is full");
  expect(text).toContain("not tried, for no segment had arrived");
});

test.each([
  [45, true, "refused (exit status 45: it is there already)"],
  [0, true, "**dropped in silence**"],
  [0, false, "**accepted** (exit status 0"],
])("exit status %i with the old content there: %s is said", (exitStatus, unchanged, words) => {
  const overwrite = { segment: "0A", exitStatus, unchanged, detail: "it is there already" };
  expect(section({ ...look, overwrite })).toContain(words);
});

test("a run in which nobody looked has no such section", () => {
  expect(section()).toBe("");
});
