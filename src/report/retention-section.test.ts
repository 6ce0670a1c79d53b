import { expect, test } from "vitest";
import type { Evidence } from "../evidence/evidence.ts";
import { retentionSection } from "./retention-section.ts";

const day = 86_400;

function section(backups: Evidence["retention"][number]["backups"]): string {
  const source = { file: "dr.md", line: 30, text: "Retention: 30 days" };
  const retention = [{ observedAtSeconds: 20, promisedSeconds: 30 * day, source, backups }];
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

test("a run that laid no backups has no such section", () => {
  expect(retentionSection({ retention: [] } as unknown as Evidence)).toBe("");
});
