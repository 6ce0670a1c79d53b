import type { Instant } from "../timeline/clock.ts";
import type { LedgerEntry, StoreKind } from "../workload/ledger-entry.ts";
import type { RpoMeasurement } from "./measurement.ts";

export interface StoreLoss {
  readonly store: StoreKind;
  /** t₀ */
  readonly faultAt: Instant;
  /** Every acknowledged write of the store. */
  readonly acknowledged: readonly LedgerEntry[];
  /** Every acknowledged write that was not found, for whatever reason. */
  readonly lost: readonly LedgerEntry[];
  /** Those of them that were lost at failover. */
  readonly lostAtFailover: readonly LedgerEntry[];
  readonly baseDataLost: boolean;
}

/**
 * Data loss of one store. In writes: those acknowledged and lost at failover. In seconds: from the acknowledgement of the last
 * survivor before the first of them, to the later of t₀ and the last one's acknowledgement. No survivor before them, or base data
 * lost: nothing bounds it, and the figure is `Infinity`, to be read as "at least the window".
 */
export function measureRpo(loss: StoreLoss): RpoMeasurement {
  const { store, faultAt, acknowledged, lostAtFailover } = loss;
  const lost = [...lostAtFailover].sort((a, b) => a.answeredAt - b.answeredAt);
  const [first] = lost;
  const last = lost.at(-1);
  const end = Math.max(faultAt, last?.answeredAt ?? faultAt);
  const windowStart = acknowledged.reduce((least, { answeredAt }) => Math.min(least, answeredAt), end);
  return {
    store,
    lostWrites: lost.length,
    seconds: loss.baseDataLost ? Infinity : first === undefined ? 0 : secondsLost(loss, first, end),
    windowSeconds: (end - windowStart) / 1_000,
    ...(first === undefined ? {} : { firstLost: first }),
    ...(last === undefined ? {} : { lastLost: last }),
  };
}

function secondsLost({ acknowledged, lost }: StoreLoss, first: LedgerEntry, end: Instant): number {
  const lostIds = new Set(lost.map(({ id }) => id));
  const recoveryPoint = acknowledged
    .filter(({ id, answeredAt }) => answeredAt < first.answeredAt && !lostIds.has(id))
    .reduce((latest, { answeredAt }) => Math.max(latest, answeredAt), -Infinity);
  return (end - recoveryPoint) / 1_000;
}
