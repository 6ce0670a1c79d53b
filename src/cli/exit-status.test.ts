import { expect, test } from "vitest";
import { worstExitStatus } from "./exit-status.ts";

test("a definite miss is not hidden by an inconclusive scenario, nor by a missing engine", () => {
  expect(worstExitStatus([0, 2, 69, 1])).toBe(1);
});

test("a defect of the harness outranks everything", () => {
  expect(worstExitStatus([1, 70, 0])).toBe(70);
});

test("a drill in which nothing ran is inconclusive", () => {
  expect(worstExitStatus([])).toBe(2);
});
