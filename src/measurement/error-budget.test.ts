import { expect, test } from "vitest";
import { errorBudget } from "./error-budget.ts";
import { sketchedRun } from "./testing/sketched-run.ts";

test("99.9 % of a month of 30 days leave 43.2 minutes", () => {
  const { budgetSecondsPerMonth, usedShare } = errorBudget(99.9, 21.6 * 60);
  expect(budgetSecondsPerMonth).toBeCloseTo(43.2 * 60, 6);
  expect(usedShare).toBeCloseTo(0.5, 9);
});

test("a target of 100 % has no budget", () => {
  expect(errorBudget(100, 1).usedShare).toBe(Infinity);
  expect(errorBudget(100, 0).usedShare).toBe(0);
});

test("the outage of a run lasts from t₀ until service is back, without the verification", () => {
  expect(sketchedRun().measured.errorBudget?.outageSeconds).toBe(3.605);
});
