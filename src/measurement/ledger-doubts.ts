import type { LedgerEntry, StreamDefinition } from "../workload/ledger-entry.ts";
import type { Reconciliation } from "./measurement.ts";
import { succeeded } from "./outage-failures.ts";

export interface WholeLedger {
  readonly streams: readonly StreamDefinition[];
  readonly entries: readonly LedgerEntry[];
  /** Its writer closed it, and every line could be read. */
  readonly complete: boolean;
  readonly reconciliations: readonly Reconciliation[];
}

/**
 * Why the ledger can't be trusted to hold every request, each reason in one sentence: it was cut short, ids are missing or come twice,
 * a stream has no entry, an acknowledgement does not say who gave it, or the reconciliation counted other writes than it holds.
 */
export function ledgerDoubts({ streams, entries, complete, reconciliations }: WholeLedger): string[] {
  const doubts: string[] = [];
  if (!complete) doubts.push(`The ledger ends after ${entries.length} entries without having been closed.`);
  // Data that was there before the run has negative ids.
  const attempts = entries.filter(({ id }) => id > 0);
  const ids = new Set(attempts.map(({ id }) => id));
  const highest = attempts.reduce((most, { id }) => Math.max(most, id), 0);
  if (ids.size !== attempts.length) {
    doubts.push(
      `Expected each id once in the ledger, found ${attempts.length - ids.size} entries with the id of another.`,
    );
  }
  if (ids.size < highest) {
    doubts.push(`Expected ids 1 to ${highest} in the ledger, found ${ids.size} of them.`);
  }
  const backwards = entries.filter(({ sentAt, answeredAt }) => !(answeredAt >= sentAt)).length;
  if (backwards > 0)
    doubts.push(`Found ${backwards} ledger entries that were answered before they were sent.`);

  const known = new Set(entries.map(({ stream }) => stream));
  for (const { name } of streams.filter((stream) => !known.has(stream.name))) {
    doubts.push(`Expected requests of ${name} in the ledger, found none.`);
  }
  const writes = writesOf(streams, entries).filter(succeeded);
  const anonymous = writes.filter(({ answeredBy }) => answeredBy === undefined).length;
  if (anonymous > 0) {
    doubts.push(
      `Expected every acknowledged write to say which server took it, found ${anonymous} that don't.`,
    );
  }
  for (const { store, acknowledged } of reconciliations) {
    const names = new Set(streams.filter((stream) => stream.store === store).map(({ name }) => name));
    const held = writes.filter(({ stream }) => names.has(stream));
    if (acknowledged !== held.length) {
      doubts.push(
        `Expected ${held.length} acknowledged writes in the reconciliation of ${store}, found ${acknowledged}.`,
      );
    }
  }
  return doubts;
}

export function writesOf(
  streams: readonly StreamDefinition[],
  entries: readonly LedgerEntry[],
): LedgerEntry[] {
  const names = new Set(streams.filter(({ operation }) => operation === "write").map(({ name }) => name));
  return entries.filter(({ stream }) => names.has(stream));
}
