import { fitLine, type LineFit } from "./fit-line.ts";
import { mean, type SizeGroup } from "./restore-sample.ts";
import { varianceRatioTail } from "./student-t.ts";

/** That the sizes' means stray from the line further than the runs of one size stray from their mean. */
export interface LackOfFit {
  /** How often chance alone would bend a straight line that far. */
  readonly probability: number;
  /** `faster`: time grows faster than size, `slower`: less fast; `irregular`: neither, as when one size stands out. */
  readonly growth: "faster" | "slower" | "irregular";
  /** The size that strays furthest, and by how much. */
  readonly furthest: { readonly bytes: number; readonly seconds: number };
}

/** A straight line is given up when chance alone would bend it that far in one of a hundred series. */
const significance = 0.01;
/** Seconds below that share of the longest time are the rounding of floating-point numbers, and no bend. */
const rounding = 1e-9;

/** How far the mean of one size lies above the line. */
interface Stray {
  readonly bytes: number;
  readonly seconds: number;
  readonly runs: number;
}

/** The classical test for lack of fit, pure error from the repeats of each size. Undefined where a straight line will do. */
export function lackOfFit(fit: LineFit, groups: readonly SizeGroup[]): LackOfFit | undefined {
  let bend = 0;
  let pure = 0;
  const strays = groups.map(({ bytes, seconds }): Stray => {
    const average = mean(seconds);
    const stray = average - (fit.interceptSeconds + fit.secondsPerByte * bytes);
    bend += seconds.length * stray ** 2;
    pure += seconds.reduce((sum, each) => sum + (each - average) ** 2, 0);
    return { bytes, seconds: stray, runs: seconds.length };
  });
  const longest = Math.max(...groups.flatMap(({ seconds }) => seconds));
  const furthest = strays.reduce((far, each) =>
    Math.abs(each.seconds) > Math.abs(far.seconds) ? each : far,
  );
  if (Math.abs(furthest.seconds) <= longest * rounding) return undefined;
  const above = groups.length - 2;
  const below = fit.samples - groups.length;
  const probability = varianceRatioTail(pure === 0 ? Infinity : bend / above / (pure / below), above, below);
  if (probability >= significance) return undefined;
  return {
    probability,
    growth: growthOf(strays, bend),
    furthest: { bytes: furthest.bytes, seconds: furthest.seconds },
  };
}

/** A share of the bend that a parabola has to explain before the sizes are said to lie on a curve. */
const curveShare = 0.75;

function growthOf(strays: readonly Stray[], bend: number): LackOfFit["growth"] {
  const samples = strays.flatMap(({ bytes, runs }) =>
    Array.from({ length: runs }, () => ({ bytes, seconds: bytes ** 2 })),
  );
  const squares = fitLine(samples);
  // What a parabola has beyond a straight line of its own.
  const beyond = (bytes: number): number =>
    bytes ** 2 - squares.interceptSeconds - squares.secondsPerByte * bytes;
  let along = 0;
  let size = 0;
  for (const { bytes, seconds, runs } of strays) {
    along += runs * beyond(bytes) * seconds;
    size += runs * beyond(bytes) ** 2;
  }
  if (along ** 2 / size < curveShare * bend) return "irregular";
  return along > 0 ? "faster" : "slower";
}
