/** Nearest-rank percentile of ascending values; NaN where there is none. */
export function percentile(ascending: readonly number[], percent: number): number {
  return ascending[Math.max(0, Math.ceil((percent / 100) * ascending.length) - 1)] ?? NaN;
}
