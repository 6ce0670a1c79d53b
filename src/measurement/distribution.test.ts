import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { distribution, failureProbabilityBound, quantileBound } from "./distribution.ts";

const oneTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe("distribution", () => {
  test("gives nearest-rank quantiles", () => {
    expect(distribution(oneTo(20))).toEqual({ runs: 20, min: 1, median: 10, p95: 19, max: 20 });
    expect(distribution([7])).toEqual({ runs: 1, min: 7, median: 7, p95: 7, max: 7 });
  });

  test("keeps runs that never recovered", () => {
    expect(distribution([3, Infinity, 1])).toMatchObject({ median: 3, max: Infinity });
  });

  test("of no run is an error", () => {
    expect(() => distribution([])).toThrow("Expected at least one run");
  });
});

describe("failure probability", () => {
  // Clopper and Pearson's one-sided bounds at 95 %, from tables.
  test.each([
    [0, 20, 0.1391],
    [0, 59, 0.0495],
    [1, 20, 0.2161],
    [5, 50, 0.1988],
    [20, 20, 1],
    [0, 0, 1],
  ])("of %i failures in %i runs may be as high as %f", (failures, runs, bound) => {
    expect(failureProbabilityBound(failures, runs)).toBeCloseTo(bound, 3);
  });

  test("does not overflow for many runs", () => {
    expect(failureProbabilityBound(0, 10_000)).toBeCloseTo(3 / 10_000, 5);
    expect(failureProbabilityBound(500, 1_000)).toBeCloseTo(0.5265, 3);
  });

  test("is above the share that was seen, and falls with more runs", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 200 }), (runs, failures) => {
        fc.pre(failures < runs);
        const bound = failureProbabilityBound(failures, runs);
        expect(bound).toBeGreaterThan(failures / runs);
        expect(failureProbabilityBound(failures, runs + 10)).toBeLessThan(bound);
      }),
    );
  });
});

describe("quantile bound", () => {
  test("needs 59 runs to bound the 95 % quantile at 95 %", () => {
    expect(quantileBound(oneTo(58), 0.95)).toBeUndefined();
    expect(quantileBound(oneTo(59), 0.95)).toBe(59);
    expect(quantileBound(oneTo(93), 0.95)).toBe(92);
  });

  test("bounds the median with few", () => {
    expect(quantileBound(oneTo(5), 0.5)).toBe(5);
    expect(quantileBound(oneTo(4), 0.5)).toBeUndefined();
    expect(quantileBound([], 0.5)).toBeUndefined();
  });
});
