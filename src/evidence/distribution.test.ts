import { describe, expect, it } from "vitest";
import { assembleEvidence } from "./assemble.ts";
import { distributionOf } from "./distribution.ts";
import { sampleInterruptedRun } from "./testing/sample-interrupted.ts";
import { sampleMetRun } from "./testing/sample-met.ts";
import { sampleMissedRun } from "./testing/sample-missed.ts";

const met = assembleEvidence(sampleMetRun().input);
const missed = assembleEvidence(sampleMissedRun().input);
const interrupted = assembleEvidence(sampleInterruptedRun().input);

function withRto(rtoSeconds: number) {
  return { ...met, measured: { ...met.measured, rtoSeconds } };
}

describe("distribution of repeats", () => {
  it("20 of 20 met bound the probability from below at 86.1 % with 95 % confidence", () => {
    // 0.05 ** (1 / 20)
    expect(distributionOf(Array.from({ length: 20 }, () => met)).probabilityOfMetAtLeast).toBeCloseTo(
      0.8609,
      4,
    );
  });

  it("9 of 10 met bound it at 60.6 %", () => {
    // Clopper-Pearson, from published tables.
    const runs = [...Array.from({ length: 9 }, () => met), missed];
    expect(distributionOf(runs).probabilityOfMetAtLeast).toBeCloseTo(0.6058, 4);
  });

  it("an inconclusive run counts for nothing, and none met bounds nothing", () => {
    expect(distributionOf([met, interrupted]).probabilityOfMetAtLeast).toBeCloseTo(0.05, 4);
    expect(distributionOf([missed, interrupted])).toMatchObject({
      runs: 2,
      met: 0,
      missed: 1,
      inconclusive: 1,
      probabilityOfMetAtLeast: 0,
    });
  });

  it("quantiles are of measured values only, by nearest rank", () => {
    const runs = [4, 1, 3, 2].map(withRto);
    expect(distributionOf([...runs, missed]).rtoSeconds).toEqual({ min: 1, median: 2, p95: 4, max: 4 });
    expect(distributionOf([interrupted]).rtoSeconds).toBeNull();
  });
});
