import type { LedgerEntry } from "../workload/ledger-entry.ts";
import { succeeded } from "./outage-failures.ts";
import { isOn, type Promotion } from "./promotions.ts";

/**
 * Writes that a server acknowledged on a branch after another one had become writable: two truths at once. What a killed primary
 * acknowledged within milliseconds of its death came before any promotion: loss, and no divergence.
 *
 * @param writes of one store.
 * @param promotions of the same store, in order.
 */
export function divergentWrites(
  writes: readonly LedgerEntry[],
  promotions: readonly Promotion[],
): LedgerEntry[] {
  return writes.filter((entry) => {
    if (!succeeded(entry) || entry.answeredBy === undefined) return false;
    const current = promotions.findLast(({ writableAt }) => writableAt < entry.answeredAt);
    return current !== undefined && !isOn(current, entry);
  });
}
