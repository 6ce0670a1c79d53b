import { distribution, failureProbabilityBound } from "../measurement/distribution.ts";
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
    probabilityOfMetAtLeast: 1 - failureProbabilityBound(missed, met + missed, confidence),
  };
}

/** Of what was measured; null where nothing was. */
function quantiles(values: readonly (number | null)[]): Distribution["rtoSeconds"] {
  const measured = values.filter((value) => value !== null);
  if (measured.length === 0) return null;
  const { min, median, p95, max } = distribution(measured);
  return { min, median, p95, max };
}
