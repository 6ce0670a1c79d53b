import { expect, test } from "vitest";
import { exitStatusOf, verdictOf, type BackupFindingCode } from "./backup-finding.ts";

test.each<[BackupFindingCode[], string, number]>([
  [[], "met", 0],
  [["cut-short"], "missed", 1],
  [["no-data-check"], "inconclusive", 2],
  [["no-space"], "inconclusive", 69],
  [["no-data-check", "no-space"], "inconclusive", 69],
  [["no-space", "shell-attempt"], "missed", 1],
  [["no-data-check", "table-missing"], "missed", 1],
])("%j is %s and ends with %d", (codes, verdict, status) => {
  const findings = codes.map((code) => ({ code, message: "" }));
  expect(verdictOf(findings)).toBe(verdict);
  expect(exitStatusOf(findings)).toBe(status);
});
