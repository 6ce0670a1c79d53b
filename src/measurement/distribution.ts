/** What repeats of one run showed. */
export interface Distribution {
  readonly runs: number;
  readonly min: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

/**
 * Nearest-rank quantiles. A run that never recovered is `Infinity`, not left out.
 *
 * @throws RangeError for no value.
 */
export function distribution(values: readonly number[]): Distribution {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (share: number): number => {
    const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
    if (value === undefined)
      throw new RangeError("Expected at least one run, found none: run the scenario first.");
    return value;
  };
  return { runs: sorted.length, min: rank(0), median: rank(0.5), p95: rank(0.95), max: rank(1) };
}

/**
 * The probability of failure that `failures` out of `runs` can't rule out: the exact one-sided bound of Clopper and Pearson (1934).
 * With no failure it is the "rule of three": about 3 / runs at 95 %.
 */
export function failureProbabilityBound(failures: number, runs: number, confidence = 0.95): number {
  if (failures >= runs) return 1;
  return bisect((probability) => binomialCdf(failures, runs, probability) > 1 - confidence);
}

/**
 * A bound that the `share` quantile of all possible runs exceeds with at most 1 − confidence, whatever their distribution: the
 * smallest value seen of which enough lie below. Undefined where there are too few runs (59 for the 95 % quantile at 95 %).
 */
export function quantileBound(
  values: readonly number[],
  share: number,
  confidence = 0.95,
): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.find((_, below) => binomialCdf(below, sorted.length, share) >= confidence);
}

/** The largest probability for which `holds`, which is true at 0 and turns false once. */
function bisect(holds: (probability: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/** P(at most `count` of `trials`), each with `probability`. */
function binomialCdf(count: number, trials: number, probability: number): number {
  if (probability <= 0 || count >= trials) return 1;
  if (probability >= 1) return 0;
  // In logarithms, for factorials overflow from 171 on.
  const logOdds = Math.log(probability) - Math.log1p(-probability);
  let logTerm = trials * Math.log1p(-probability);
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= count; k += 1) {
    logTerm += Math.log(trials - k + 1) - Math.log(k) + logOdds;
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
}
