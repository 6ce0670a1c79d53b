import fc from "fast-check";
import { expect, test } from "vitest";
import { faultDelaySeconds } from "./fault-instant.ts";

test("the same seed and run break at the same instant, another run at another", () => {
  expect(faultDelaySeconds("s", 1, 5)).toBe(faultDelaySeconds("s", 1, 5));
  const delays = [1, 2, 3].flatMap((run) => ["s", "t"].map((seed) => faultDelaySeconds(seed, run, 5)));
  expect(new Set(delays).size).toBe(6);
});

test("a seed that ends in a digit is not another seed's later run", () => {
  expect(faultDelaySeconds("s1", 1, 5)).not.toBe(faultDelaySeconds("s", 11, 5));
});

test("instants lie within the spread, and evenly", () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 1_000 }), (seed, run) => {
      const delay = faultDelaySeconds(seed, run, 5);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThan(5);
    }),
  );
  const delays = Array.from({ length: 1_000 }, (_, run) => faultDelaySeconds("s", run, 1));
  expect(delays.reduce((sum, delay) => sum + delay, 0) / 1_000).toBeCloseTo(0.5, 1);
});
