import { expect, test } from "vitest";
import { studentQuantile, varianceRatioTail } from "./student-t.ts";

// Printed tables of the distributions.
test.each([
  [1, 12.706],
  [2, 4.303],
  [3, 3.182],
  [10, 2.228],
  [13, 2.16],
  [30, 2.042],
  [120, 1.98],
  [100_000, 1.96],
])("95 %% of Student's t with %d degrees of freedom lie within ±%d", (degrees, quantile) => {
  expect(studentQuantile(0.95, degrees)).toBeCloseTo(quantile, 3);
});

test.each([
  [3.71, 3, 10, 0.05],
  [6.55, 3, 10, 0.01],
  [4.96, 1, 10, 0.05],
  [2.98, 10, 10, 0.05],
  [1, 7, 7, 0.5],
])("F of %d with %d and %d degrees is exceeded by chance at %d", (ratio, above, below, tail) => {
  expect(varianceRatioTail(ratio, above, below)).toBeCloseTo(tail, 3);
});

test("an infinite ratio never comes by chance, and none always does", () => {
  expect([varianceRatioTail(Infinity, 3, 10), varianceRatioTail(0, 3, 10)]).toEqual([0, 1]);
});
