import { expect, test } from "vitest";
import { holdsTruth, recoveryBounds } from "./known-outages.ts";
import type { NaiveEntry } from "./naive-writers.ts";

const outage = { cutAt: { from: 100, to: 101 }, backAt: { from: 300, to: 302 }, watchedUntil: 1000 };
const failed = (sentAt: number, answeredAt: number): NaiveEntry => ({
  sentAt,
  answeredAt,
  outcome: "not-sent",
});
const succeeded = (sentAt: number, answeredAt: number): NaiveEntry => ({
  sentAt,
  answeredAt,
  outcome: "acknowledged",
});

test("the interval runs from the last failure sent to the first success answered after it", () => {
  const entries = [
    succeeded(90, 95),
    failed(120, 121),
    failed(295, 304),
    succeeded(299, 310),
    succeeded(320, 322),
  ];
  expect(recoveryBounds(entries, outage)).toEqual({ from: 295, to: 310 });
});

test("an interval that misses the truth is seen to miss it", () => {
  expect(holdsTruth({ from: 303, to: 310 }, outage)).toBe(false);
  expect(holdsTruth({ from: 200, to: 299 }, outage)).toBe(false);
  expect(holdsTruth({ from: 301, to: 301.5 }, outage)).toBe(true);
});

test("without a failure, or without a success after it, there is no interval", () => {
  expect(recoveryBounds([succeeded(90, 95), succeeded(310, 320)], outage)).toBeUndefined();
  expect(recoveryBounds([succeeded(90, 95), failed(310, 320)], outage)).toBeUndefined();
});
