/** One measured restore. */
export interface RestoreSample {
  /** Size of the database that was restored. */
  readonly bytes: number;
  readonly seconds: number;
}

/** Restores of one size. */
export interface SizeGroup {
  /** Mean of its runs. */
  readonly bytes: number;
  readonly seconds: readonly number[];
}

/** A database of the same rows differs by a few pages from run to run; sizes this close are one. */
const sameSize = 1.02;

/** Samples by size, smallest first. */
export function groupBySize(samples: readonly RestoreSample[]): SizeGroup[] {
  const groups: RestoreSample[][] = [];
  for (const sample of [...samples].sort((a, b) => a.bytes - b.bytes)) {
    const last = groups.at(-1);
    const smallest = last?.[0]?.bytes ?? 0;
    if (last !== undefined && sample.bytes <= smallest * sameSize) last.push(sample);
    else groups.push([sample]);
  }
  return groups.map((group) => ({
    bytes: mean(group.map(({ bytes }) => bytes)),
    seconds: group.map(({ seconds }) => seconds),
  }));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
