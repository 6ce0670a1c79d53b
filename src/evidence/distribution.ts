import type { Distribution } from "./drill-record.ts";
import type { Evidence } from "./evidence.ts";

/** What several runs of one scenario showed together, with a one-sided bound at `confidence` (default 0.95). */
export function distributionOf(runs: readonly Evidence[], confidence = 0.95): Distribution {
  const [first] = runs;
  if (first === undefined) throw new TypeError("a distribution needs at least one run");
  const met = runs.filter((run) => run.verdict === "met").length;
  const missed = runs.filter((run) => run.verdict === "missed").length;
  return {
    scenario: first.scenario,
    runs: runs.length,
    met,
    missed,
    inconclusive: runs.length - met - missed,
    rtoSeconds: quantiles(runs.map((run) => run.measured.rtoSeconds)),
    rpoSeconds: quantiles(runs.map((run) => run.measured.rpoSeconds)),
    lostWrites: quantiles(runs.map((run) => run.measured.lostWrites)),
    confidence,
    probabilityOfMetAtLeast: lowerBound(met, met + missed, confidence),
  };
}

/** Nearest-rank quantiles of what was measured; null where nothing was. */
function quantiles(values: readonly (number | null)[]): Distribution["rtoSeconds"] {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return sorted.length === 0 ? null : { min: at(0), median: at(0.5), p95: at(0.95), max: at(1) };
}

/**
 * Clopper and Pearson's lower bound: the probability of success below which `successes` or more of `runs` would be seen with a
 * chance of at most 1 − confidence.
 */
function lowerBound(successes: number, runs: number, confidence: number): number {
  if (successes === 0) return 0;
  let low = 0;
  let high = 1;
  for (let halving = 0; halving < 60; halving += 1) {
    const middle = (low + high) / 2;
    if (atLeast(successes, runs, middle) > 1 - confidence) high = middle;
    else low = middle;
  }
  return low;
}

/** Probability of `successes` or more out of `runs` at `probability` each. */
function atLeast(successes: number, runs: number, probability: number): number {
  let sum = 0;
  for (let count = successes; count <= runs; count += 1) {
    sum += Math.exp(
      logChoose(runs, count) + count * Math.log(probability) + (runs - count) * Math.log1p(-probability),
    );
  }
  return sum;
}

function logChoose(of: number, choose: number): number {
  let sum = 0;
  for (let factor = 1; factor <= choose; factor += 1)
    sum += Math.log(of - choose + factor) - Math.log(factor);
  return sum;
}
