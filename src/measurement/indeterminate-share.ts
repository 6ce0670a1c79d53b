import type { Instant } from "../timeline/clock.ts";
import type { LedgerEntry } from "../workload/ledger-entry.ts";
import type { ServiceReturn } from "./measurement.ts";
import type { RecordedRun } from "./recorded-run.ts";

export interface IndeterminateShare {
  readonly indeterminate: number;
  readonly writes: number;
  /** 0 to 1; 0 where there was no write. */
  readonly share: number;
}

/** More than this outside the fault's window, and the ledger knows too little of its own writes. */
export const toleratedIndeterminateShare = 0.01;

/**
 * Of the writes outside the fault's window, how many may or may not have been applied. A stream's window goes from t₀ to its own
 * return, to the end where it did not return, and is empty where it never failed. The aftershock is a fault too. A write is
 * outside when both its sending and its answer are.
 */
export function indeterminateShare(
  run: RecordedRun,
  writes: readonly LedgerEntry[],
  streams: readonly ServiceReturn[],
): IndeterminateShare {
  const { faultAt = Infinity, aftershockAt = Infinity } = run;
  const windowEnds = new Map(streams.map((stream) => [stream.stream, windowEnd(stream, faultAt)]));
  const outside = writes.filter(({ stream, sentAt, answeredAt }) => {
    if (answeredAt >= Math.min(aftershockAt, run.observedUntil)) return false;
    return answeredAt < faultAt || sentAt > (windowEnds.get(stream) ?? faultAt);
  });
  const indeterminate = outside.filter(({ outcome }) => outcome === "indeterminate").length;
  return {
    indeterminate,
    writes: outside.length,
    share: outside.length === 0 ? 0 : indeterminate / outside.length,
  };
}

function windowEnd({ returnedAt, firstFailureAt }: ServiceReturn, faultAt: Instant): Instant {
  return returnedAt?.to ?? (firstFailureAt === undefined ? faultAt : Infinity);
}
