import { expect, test } from "vitest";
import type { Evidence } from "../evidence/evidence.ts";
import { retentionSection } from "./retention-section.ts";

const day = 86_400;

function section(backups: Evidence["retention"][number]["backups"]): string {
  const source = { file: "dr.md", line: 30, text: "Retention: 30 days" };
  const retention = [
    { observedAtSeconds: 20, promised: "backups" as const, promisedSeconds: 30 * day, source, backups },
  ];
  return retentionSection({ retention } as unknown as Evidence);
}

test("a backup is one row, with what is wrong in bold at its place", () => {
  const backup = {
    backup: "31 d",
    ageSeconds: 31 * day + 60,
    good: true,
    isLastGood: false,
    due: "delete",
  } as const;
  const text = section([
    { ...backup, place: "operator", found: "gone", holds: true },
    { ...backup, place: "s3", found: "hidden", holds: false },
  ]);
  expect(text).toContain("promised are 30 d (dr.md, line 30)");
  expect(text).toMatch(/^\| 31 d +\| 31 d \| good \| gone +\| gone +\| \*\*kept as an old version/m);
});

test("of a time of which each instant is promised the table says so, and names the archive", () => {
  const source = { file: "dr.md", line: 52, text: "Retention: 7 days" };
  const backup = { backup: "8 d", ageSeconds: 8 * day, good: true, isLastGood: false } as const;
  const backups = [{ ...backup, place: "archive on s3", due: "delete", found: "gone", holds: true } as const];
  const look = { observedAtSeconds: 20, promised: "instants", promisedSeconds: 7 * day, source, backups };
  const text = retentionSection({ retention: [look] } as unknown as Evidence);
  expect(text).toContain("promised is each instant of the last 7 d (dr.md, line 52)");
  expect(text).toMatch(/\| archive on s3 \|/);
});

test("a run that laid no backups has no such section", () => {
  expect(retentionSection({ retention: [] } as unknown as Evidence)).toBe("");
});
