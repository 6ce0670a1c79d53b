/** One line of the table: a figure of the harness beside what a person gets by hand, measured in the same run. */
export interface BenchRow {
  readonly job: string;
  readonly byHand: string;
  readonly here: string;
  /** `here` divided by `by hand`; below or above the target decides. */
  readonly ratio: number;
  readonly target: string;
  readonly met: boolean;
}

/** The same job done both ways. */
interface Comparison {
  readonly job: string;
  readonly byHand: number;
  readonly here: number;
  readonly unit: string;
  readonly note?: string;
}

/** A row whose target is an upper limit of the ratio. */
export function atMost(limit: number, row: Comparison): BenchRow {
  const ratio = row.here / row.byHand;
  return { ...described(row), ratio, target: `≤ ${limit}×`, met: ratio <= limit };
}

/** A row whose target is a lower limit of the ratio. */
export function atLeast(limit: number, row: Comparison): BenchRow {
  const ratio = row.here / row.byHand;
  return { ...described(row), ratio, target: `≥ ${limit}×`, met: ratio >= limit };
}

function described(row: Comparison): Pick<BenchRow, "job" | "byHand" | "here"> {
  return {
    job: row.job,
    byHand: `${figure(row.byHand)} ${row.unit}`,
    here: `${figure(row.here)} ${row.unit}${row.note === undefined ? "" : `, ${row.note}`}`,
  };
}

function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
