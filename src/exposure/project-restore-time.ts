import { fitLine, predict, type LineFit, type PredictedTime } from "./fit-line.ts";
import { lackOfFit, type LackOfFit } from "./lack-of-fit.ts";
import { groupBySize, type RestoreSample } from "./restore-sample.ts";

/** Where restores stop to fit into the objective. Sizes in bytes of the restored database. */
export interface BreakingSize {
  /** From here on a restore may take too long: the upper end of its interval reaches the objective. 0: at any size. */
  readonly fromBytes: number;
  /** Where the line itself reaches it; null beyond the limit. */
  readonly likelyBytes: number | null;
  /** From here on no restore is expected to fit: the lower end reaches it; null where that is beyond the limit. */
  readonly toBytes: number | null;
}

/** The restore of one size that nobody measured. */
export type SizeAnswer =
  | ({ readonly kind: "predicted"; readonly bytes: number } & PredictedTime & {
        /** The whole interval is under the objective, or none of it is; else undecided. */
        readonly fits: "yes" | "no" | "undecided";
      })
  | { readonly kind: "not-predicted"; readonly bytes: number; readonly why: string };

export interface Projected {
  readonly kind: "projected";
  readonly objectiveSeconds: number;
  readonly fit: LineFit;
  readonly largestBytes: number;
  /** Nothing is said of larger ones. */
  readonly limitBytes: number;
  /** Null: not before `limitBytes`. */
  readonly breaksAt: BreakingSize | null;
  /** The size of production, if it was given. */
  readonly real: SizeAnswer | null;
  readonly samples: readonly RestoreSample[];
}

export interface NotProjected {
  readonly kind: "not-projected";
  readonly objectiveSeconds: number;
  /** A sentence. */
  readonly why: string;
  /** Restore time does not grow with size in a straight line. */
  readonly lackOfFit: LackOfFit | null;
  readonly real: SizeAnswer | null;
  readonly samples: readonly RestoreSample[];
}

export type RestoreProjection = Projected | NotProjected;

const leastSizes = 5;
const leastRuns = 3;
/** Beyond that multiple of the largest size measured a straight line is a guess. */
const furthest = 20;

/**
 * Restore time against size of the database, from measured restores: a straight line by least squares with its 95 % prediction
 * interval, the size at which the objective breaks as an interval, and the time of one real size.
 *
 * It projects from at least five sizes with at least three runs each, never beyond 20 times the largest of them, and not at all when
 * the measured times do not follow a straight line: then the answer says why.
 *
 * @param objectiveSeconds Exclusive, as `< 15 minutes`.
 * @param realSizeBytes Size of the database in production.
 * @throws RangeError: an objective or a size that is no positive number.
 */
export function projectRestoreTime(
  samples: readonly RestoreSample[],
  objectiveSeconds: number,
  realSizeBytes?: number,
): RestoreProjection {
  requirePositive("an objective in seconds", objectiveSeconds);
  if (realSizeBytes !== undefined) requirePositive("a real size in bytes", realSizeBytes);
  const refuse = (why: string, bent: LackOfFit | null = null): NotProjected => ({
    kind: "not-projected",
    objectiveSeconds,
    why,
    lackOfFit: bent,
    real: realSizeBytes === undefined ? null : { kind: "not-predicted", bytes: realSizeBytes, why },
    samples,
  });
  const missing = whatIsMissing(samples);
  if (missing !== undefined) return refuse(missing);
  const fit = fitLine(samples);
  const bent = lackOfFit(fit, groupBySize(samples));
  if (bent !== undefined) return refuse(bendSentence(bent), bent);
  const largestBytes = Math.max(...samples.map(({ bytes }) => bytes));
  const limitBytes = furthest * largestBytes;
  return {
    kind: "projected",
    objectiveSeconds,
    fit,
    largestBytes,
    limitBytes,
    breaksAt: breakingSize(fit, objectiveSeconds, limitBytes),
    real: realSizeBytes === undefined ? null : answer(fit, objectiveSeconds, limitBytes, realSizeBytes),
    samples,
  };
}

function requirePositive(what: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new RangeError(`Expected ${what} above zero, found ${value}.`);
  }
}

function whatIsMissing(samples: readonly RestoreSample[]): string | undefined {
  const wrong = samples.find(
    ({ bytes, seconds }) => !(bytes > 0 && seconds > 0 && bytes + seconds < Infinity),
  );
  if (wrong !== undefined) {
    return `A sample of ${sayBytes(wrong.bytes)} in ${wrong.seconds} s is no measurement: both have to be above zero.`;
  }
  const groups = groupBySize(samples);
  if (groups.length < leastSizes) {
    return `Only ${groups.length} of the ${leastSizes} sizes that a projection needs were measured.`;
  }
  const thin = groups.find(({ seconds }) => seconds.length < leastRuns);
  return thin === undefined
    ? undefined
    : `The size of ${sayBytes(thin.bytes)} was restored ${thin.seconds.length === 1 ? "once" : "twice"}; a projection needs ${leastRuns} runs of each size.`;
}

function sayBytes(bytes: number): string {
  return `${Math.round(bytes).toLocaleString("en-US")} bytes`;
}

function bendSentence({ growth, furthest: far, probability }: LackOfFit): string {
  const how = {
    faster: "restore time grows faster than the size",
    slower: "restore time grows more slowly than the size",
    irregular: "restore times stray from a straight line",
  }[growth];
  const side = far.seconds > 0 ? "above" : "below";
  const chance = probability < 0.0001 ? "under 0.01 %" : `${(probability * 100).toFixed(2)} %`;
  return `The times measured do not lie on a straight line, ${how} (at ${sayBytes(far.bytes)} the mean is ${Math.abs(far.seconds).toPrecision(3)} s ${side} it; by chance alone: ${chance}), so that nothing is said of sizes that were not measured.`;
}

/** Both bounds of the interval cross the objective once on the way up, since the upper one is convex and the lower one concave. */
function breakingSize(fit: LineFit, objective: number, limit: number): BreakingSize | null {
  const bound = (which: keyof PredictedTime) => (bytes: number) => predict(fit, bytes)[which] >= objective;
  const isOver = { line: bound("seconds"), upper: bound("upper"), lower: bound("lower") };
  // Convex: under the objective at both ends is under it in between.
  if (!isOver.upper(0) && !isOver.upper(limit)) return null;
  const safe = isOver.upper(limit) ? safeSize(fit, objective, limit) : undefined;
  return {
    fromBytes: safe === undefined ? 0 : crossing(isOver.upper, safe, limit),
    likelyBytes: isOver.line(0) ? 0 : isOver.line(limit) ? crossing(isOver.line, 0, limit) : null,
    toBytes: isOver.lower(0) ? 0 : isOver.lower(limit) ? crossing(isOver.lower, 0, limit) : null,
  };
}

/** A size whose restore surely fits, from which the search for the first that may not starts; there may be none. */
function safeSize(fit: LineFit, objective: number, limit: number): number | undefined {
  // The upper bound is convex, so that a ternary search finds its minimum.
  let low = 0;
  let high = Math.min(limit, fit.meanBytes);
  for (let step = 0; step < 100; step += 1) {
    const third = (high - low) / 3;
    if (predict(fit, low + third).upper < predict(fit, high - third).upper) high -= third;
    else low += third;
  }
  return predict(fit, low).upper < objective ? low : undefined;
}

/** The smallest size for which `isOver`, which is false at `from` and true at `to`. */
function crossing(isOver: (bytes: number) => boolean, from: number, to: number): number {
  let low = from;
  let high = to;
  for (let step = 0; step < 100; step += 1) {
    const middle = (low + high) / 2;
    if (isOver(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function answer(fit: LineFit, objective: number, limit: number, bytes: number): SizeAnswer {
  if (bytes > limit) {
    return {
      kind: "not-predicted",
      bytes,
      why: `It is more than ${furthest} times the largest size measured; measure one of at least ${sayBytes(Math.ceil(bytes / furthest))}.`,
    };
  }
  const { seconds, lower, upper } = predict(fit, bytes);
  const fits = upper < objective ? "yes" : lower >= objective ? "no" : "undecided";
  return { kind: "predicted", bytes, seconds, lower: Math.max(0, lower), upper, fits };
}
