/** How far a replica was behind at one moment. */
export interface LagSample {
  /** Milliseconds on any one clock. */
  readonly atMs: number;
  readonly bytes: number;
  /** How far it had received by then, in bytes since any one point. */
  readonly received: number;
}

/**
 * Received nothing over all samples although its primary went on writing. Such a replica may still say that it streams: it learns of
 * a link that swallows everything only when its timeout ends.
 */
export function isStalled(samples: readonly LagSample[]): boolean {
  const [first] = samples;
  const last = samples.at(-1);
  return (
    first !== undefined && last !== undefined && last.bytes > first.bytes && last.received === first.received
  );
}

/**
 * Lag over several samples: the largest, and the slope of the least-squares line through them. A lag that grows is a replica that
 * can't keep up, however small it still is.
 */
export function summariseLag(samples: readonly LagSample[]): {
  readonly bytes: number;
  readonly slopeBytesPerSecond: number;
} {
  const bytes = Math.max(0, ...samples.map((sample) => sample.bytes));
  const meanAt = mean(samples.map(({ atMs }) => atMs));
  const meanBytes = mean(samples.map((sample) => sample.bytes));
  let covariance = 0;
  let variance = 0;
  for (const sample of samples) {
    covariance += (sample.atMs - meanAt) * (sample.bytes - meanBytes);
    variance += (sample.atMs - meanAt) ** 2;
  }
  return { bytes, slopeBytesPerSecond: variance === 0 ? 0 : (covariance / variance) * 1_000 };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
