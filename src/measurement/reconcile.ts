import type { LedgerEntry, StoreKind, StreamDefinition, Survivor } from "../workload/ledger-entry.ts";
import type { Reconciliation } from "./measurement.ts";
import { epochName, SurvivorTable } from "./survivor-table.ts";

/** Something that comes a batch at a time, or is there at once. */
export type Batches<T> = AsyncIterable<readonly T[]> | Iterable<readonly T[]>;

export interface ReconcileInput {
  readonly store: StoreKind;
  /** Streams of the ledger's header: they tell which entries are writes to this store. */
  readonly streams: readonly StreamDefinition[];
  readonly entries: Batches<LedgerEntry>;
  /** Every row or key of the run and of the data before it. */
  readonly survivors: Batches<Survivor>;
}

/**
 * Holds the ledger against what a store holds. Reads both once and keeps only the survivors' columns and what is wrong, so that a
 * million of each fit into little memory.
 *
 * - lost: acknowledged, and not there
 * - phantom: rejected or not sent, and there; or in no ledger
 * - duplicate: there more than once
 * - changed payload: there, with another hash
 * - gap: lost, although a write of the same epoch survived that was sent after the lost one was answered
 */
export async function reconcile(input: ReconcileInput): Promise<Reconciliation> {
  const survivors = new SurvivorTable();
  for await (const batch of input.survivors) for (const survivor of batch) survivors.add(survivor);
  const comparison = new Comparison(input.store, survivors);
  const streamNames = new Set(
    input.streams
      .filter(({ store, operation }) => store === input.store && operation === "write")
      .map(({ name }) => name),
  );
  for await (const batch of input.entries) {
    for (const entry of batch) if (streamNames.has(entry.stream)) comparison.add(entry);
  }
  return comparison.finish();
}

class Comparison {
  readonly #counts = {
    acknowledged: 0,
    rejected: 0,
    notSent: 0,
    indeterminate: 0,
    recoveredIndeterminate: 0,
  };
  readonly #lost: LedgerEntry[] = [];
  readonly #phantoms: { id: number; reason: string }[] = [];
  readonly #changedPayloads: { id: number; expected: string; found: string }[] = [];
  readonly #duplicates: { id: number; times: number }[] = [];
  readonly #baseDataLost: number[] = [];
  /** By epoch: the survivor that was sent last. Any lost write answered before that leaves a gap. */
  readonly #lastSurvivor = new Map<string, { readonly id: number; readonly sentAt: number }>();
  readonly #store: StoreKind;
  readonly #survivors: SurvivorTable;

  constructor(store: StoreKind, survivors: SurvivorTable) {
    this.#store = store;
    this.#survivors = survivors;
  }

  add(entry: LedgerEntry): void {
    const isBaseData = entry.id < 0;
    if (!isBaseData) this.#count(entry);
    const row = this.#survivors.find(entry.id);
    if (row === -1) {
      if (isBaseData) this.#baseDataLost.push(entry.id);
      else if (isAcknowledged(entry)) this.#lost.push(entry);
      return;
    }
    this.#survivors.markKnown(row);
    this.#addSurvivor(entry, row);
  }

  finish(): Reconciliation {
    const epochs = this.#lastSurvivor;
    this.#survivors.forEachUnknown((id) => this.#phantoms.push({ id, reason: "it is in no ledger entry" }));
    return {
      store: this.#store,
      ...this.#counts,
      survivors: this.#survivors.rows,
      lost: this.#lost.sort((one, other) => one.id - other.id),
      phantoms: this.#phantoms.sort(byId),
      changedPayloads: this.#changedPayloads.sort(byId),
      duplicates: this.#duplicates.sort(byId),
      baseDataLost: this.#baseDataLost.sort((one, other) => other - one),
      gaps: this.#lost.flatMap((entry) => {
        const survivor = entry.answeredBy && epochs.get(epochName(entry.answeredBy));
        return survivor !== undefined && entry.answeredAt < survivor.sentAt
          ? [{ lost: entry.id, survivor: survivor.id }]
          : [];
      }),
    };
  }

  #addSurvivor(entry: LedgerEntry, row: number): void {
    const { id, outcome, payloadHash } = entry;
    if (outcome === "rejected" || outcome === "not-sent") {
      this.#phantoms.push({
        id,
        reason: `it was ${outcome}${entry.errorCode === undefined ? "" : ` (${entry.errorCode})`}`,
      });
    }
    if (outcome === "indeterminate" && id >= 0) this.#counts.recoveredIndeterminate += 1;
    const times = this.#survivors.times(row);
    if (times > 1) this.#duplicates.push({ id, times });
    const found = this.#survivors.foundInsteadOf(payloadHash, row);
    if (found !== undefined) this.#changedPayloads.push({ id, expected: payloadHash, found });
    if (id >= 0) this.#noteEpoch(entry, row);
  }

  /** The row says best who took it; where it can't, the answer did. */
  #noteEpoch(entry: LedgerEntry, row: number): void {
    const epoch = this.#survivors.epochOf(row) ?? (entry.answeredBy && epochName(entry.answeredBy));
    if (epoch === undefined) return;
    const last = this.#lastSurvivor.get(epoch);
    if (last === undefined || entry.sentAt > last.sentAt) {
      this.#lastSurvivor.set(epoch, { id: entry.id, sentAt: entry.sentAt });
    }
  }

  #count({ outcome }: LedgerEntry): void {
    switch (outcome) {
      case "acknowledged":
      case "acknowledged-unreplicated":
        this.#counts.acknowledged += 1;
        return;
      case "rejected":
        this.#counts.rejected += 1;
        return;
      case "not-sent":
        this.#counts.notSent += 1;
        return;
      case "indeterminate":
        this.#counts.indeterminate += 1;
    }
  }
}

function isAcknowledged({ outcome }: LedgerEntry): boolean {
  return outcome === "acknowledged" || outcome === "acknowledged-unreplicated";
}

function byId(one: { readonly id: number }, other: { readonly id: number }): number {
  return one.id - other.id;
}
