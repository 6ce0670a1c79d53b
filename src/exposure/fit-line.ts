import { mean, type RestoreSample } from "./restore-sample.ts";
import { studentQuantile } from "./student-t.ts";

/** A straight line by least squares, with an intercept: what any restore costs, and what each byte adds. */
export interface LineFit {
  readonly interceptSeconds: number;
  readonly secondsPerByte: number;
  /** 95 % confidence interval of the slope. */
  readonly secondsPerByteInterval: { readonly lower: number; readonly upper: number };
  /** Standard deviation of one restore around the line. */
  readonly residualSeconds: number;
  readonly samples: number;
  /** Of Student's distribution, for 95 %. */
  readonly quantile: number;
  /** Mean size of the samples, and the sum of squared distances from it. */
  readonly meanBytes: number;
  readonly squaredBytes: number;
}

/** A time with its interval. */
export interface PredictedTime {
  readonly seconds: number;
  readonly lower: number;
  readonly upper: number;
}

/** Needs at least three samples of at least two sizes. */
export function fitLine(samples: readonly RestoreSample[]): LineFit {
  const meanBytes = mean(samples.map(({ bytes }) => bytes));
  const meanSeconds = mean(samples.map(({ seconds }) => seconds));
  let squaredBytes = 0;
  let product = 0;
  for (const { bytes, seconds } of samples) {
    squaredBytes += (bytes - meanBytes) ** 2;
    product += (bytes - meanBytes) * (seconds - meanSeconds);
  }
  const slope = product / squaredBytes;
  const residuals = samples.map(({ bytes, seconds }) => seconds - meanSeconds - slope * (bytes - meanBytes));
  const squared = residuals.reduce((sum, residual) => sum + residual ** 2, 0);
  const residualSeconds = Math.sqrt(squared / (samples.length - 2));
  const quantile = studentQuantile(0.95, samples.length - 2);
  const margin = (quantile * residualSeconds) / Math.sqrt(squaredBytes);
  return {
    interceptSeconds: meanSeconds - slope * meanBytes,
    secondsPerByte: slope,
    secondsPerByteInterval: { lower: slope - margin, upper: slope + margin },
    residualSeconds,
    samples: samples.length,
    quantile,
    meanBytes,
    squaredBytes,
  };
}

/**
 * The time that one more restore of that size takes, with its 95 % prediction interval (Student's t with n − 2 degrees of freedom).
 * It holds as long as the straight line goes on and the scatter stays what it was.
 */
export function predict(fit: LineFit, bytes: number): PredictedTime {
  const seconds = fit.interceptSeconds + fit.secondsPerByte * bytes;
  const distance = (bytes - fit.meanBytes) ** 2 / fit.squaredBytes;
  const margin = fit.quantile * fit.residualSeconds * Math.sqrt(1 + 1 / fit.samples + distance);
  return { seconds, lower: seconds - margin, upper: seconds + margin };
}
