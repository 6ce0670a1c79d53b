import type { Reconciliation, RpoMeasurement } from "../measurement/measurement.ts";
import type { LedgerEntry } from "../workload/ledger-entry.ts";
import type { Evidence } from "./evidence.ts";
import { inSeconds } from "./in-seconds.ts";
import { describeAnsweredBy, lostWritesFileName } from "./lost-writes.ts";

type LostWrite = NonNullable<Evidence["losses"][number]["first"]>;

/** One summary per store whose RPO was measured. */
export function assembleLosses(
  rpo: readonly RpoMeasurement[],
  reconciliations: readonly Reconciliation[],
): Evidence["losses"] {
  return rpo.map((measurement) => {
    const lost = reconciliations.find(({ store }) => store === measurement.store)?.lost ?? [];
    return {
      store: measurement.store,
      atFailover: measurement.lostWrites,
      total: Math.max(lost.length, measurement.lostWrites),
      rpoSeconds: measurement.seconds === Infinity ? null : measurement.seconds,
      first: lostWrite(measurement.firstLost ?? lost[0]),
      last: lostWrite(measurement.lastLost ?? lost.at(-1)),
      file: lost.length === 0 ? null : lostWritesFileName,
    };
  });
}

export function assembleReconciliations(
  reconciliations: readonly Reconciliation[],
): Evidence["reconciliations"] {
  return reconciliations.map((store) => ({
    store: store.store,
    acknowledged: store.acknowledged,
    rejected: store.rejected,
    notSent: store.notSent,
    indeterminate: store.indeterminate,
    survivors: store.survivors,
    lost: store.lost.length,
    phantoms: store.phantoms.length,
    changedPayloads: store.changedPayloads.length,
    duplicates: store.duplicates.length,
    baseDataLost: store.baseDataLost.length,
    gaps: store.gaps.length,
    recoveredIndeterminate: store.recoveredIndeterminate,
    examples: examplesOf(store),
  }));
}

function lostWrite(entry: LedgerEntry | undefined): LostWrite | null {
  if (entry === undefined) return null;
  return {
    id: entry.id,
    stream: entry.stream,
    writer: entry.writer,
    sentAtSeconds: inSeconds(entry.sentAt),
    answeredAtSeconds: inSeconds(entry.answeredAt),
    answeredBy: describeAnsweredBy(entry.answeredBy),
  };
}

/** Enough to look into a store by hand; the counts say how many there are. */
function examplesOf(store: Reconciliation): string[] {
  const examplesOfEachKind = 3;
  return [
    store.phantoms.map(({ id, reason }) => `write ${String(id)} is there though ${reason}`),
    store.changedPayloads.map(
      ({ id, expected, found }) => `write ${String(id)} has the digest ${found} instead of ${expected}`,
    ),
    store.duplicates.map(({ id, times }) => `write ${String(id)} is there ${String(times)} times`),
    store.gaps.map(
      ({ lost, survivor }) => `write ${String(lost)} is gone, the later ${String(survivor)} is there`,
    ),
    store.baseDataLost.map((id) => `${String(id)}, there before the run, is gone`),
  ].flatMap((examples) => examples.slice(0, examplesOfEachKind));
}
