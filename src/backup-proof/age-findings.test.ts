import { expect, test } from "vitest";
import { ageFindings, formatAge } from "./age-findings.ts";

const now = new Date("2026-11-24T12:00:00Z");
const hours = 3_600_000;

test.each([
  ["2026-11-24T02:00:00Z", []],
  ["2026-11-23T11:00:00Z", []],
  ["2026-11-23T10:59:59Z", ["too-old"]],
  ["2026-11-25T02:00:00Z", []],
  ["2026-11-25T04:00:00Z", ["age-unknown"]],
])("a backup of %s that may be 25 h old: %j", (madeAt, codes) => {
  expect(ageFindings(new Date(madeAt), now, 25 * hours).map(({ code }) => code)).toEqual(codes);
});

test("a backup that does not say when it was made is of no known age", () => {
  expect(ageFindings(undefined, now, 25 * hours).map(({ code }) => code)).toEqual(["age-unknown"]);
});

test.each([
  [15 * 60_000, "15 min"],
  [25 * hours, "25 h"],
  [25.5 * hours, "25.5 h"],
  [77 * hours, "3.2 days"],
])("%d ms is %s", (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});
