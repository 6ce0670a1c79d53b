import type { OracleEvidence } from "../oracle/oracle-evidence.ts";
import type { TimelineEvent } from "../timeline/event.ts";
import type { LedgerEntry, StoreKind, StreamDefinition } from "../workload/ledger-entry.ts";
import { baselineWindow, doubtBaseline, type BaselineDoubt } from "./baseline.ts";
import { divergentWrites } from "./divergent-writes.ts";
import { errorBudget, type ErrorBudget } from "./error-budget.ts";
import type { WorstCaseRow } from "../exposure/worst-case-loss.ts";
import { eventsOfKind, lastOfKind, lastPhaseStartedAt } from "./events-of-kind.ts";
import { exposureFromLag, type Exposure } from "./exposure.ts";
import { indeterminateShare, type IndeterminateShare } from "./indeterminate-share.ts";
import { ledgerDoubts, writesOf } from "./ledger-doubts.ts";
import {
  classifyLosses,
  impossibleSurvivors,
  type ClassifiedLoss,
  type ImpossibleSurvivor,
} from "./loss-class.ts";
import type { Reconciliation, RpoMeasurement, RtoMeasurement } from "./measurement.ts";
import { succeeded } from "./outage-failures.ts";
import { measurePointInTime } from "./point-in-time.ts";
import { promotions } from "./promotions.ts";
import { readRun, type RecordedRun } from "./recorded-run.ts";
import { restoreTime, type RestoreTime } from "./restore-time.ts";
import { measureRetention, type RetentionMeasurement } from "./retention.ts";
import { measureRestoredCopy, type RestoredCopy, type RestoredReconciliation } from "./restored-copy.ts";
import { measureRpo } from "./rpo.ts";
import { measureRto } from "./rto.ts";

export interface MeasureInput {
  readonly events: readonly TimelineEvent[];
  readonly entries: readonly LedgerEntry[];
  /** The ledger was closed by its writer and could be read to its end. */
  readonly ledgerComplete: boolean;
  /** One per store that was scanned. */
  readonly reconciliations: readonly Reconciliation[];
  /** Restored copies, each held against the ledger; default none. */
  readonly restored?: readonly RestoredReconciliation[];
  /** Undefined: `oracle: none`; what was lost is then told by the ledger alone. */
  readonly oracle?: OracleEvidence;
  /** Name of the fault whose injection is t₀; default the first that was injected. */
  readonly faultTime?: string;
}

/** Writes of one store, held against every source there is. */
export interface StoreMeasurement {
  readonly store: StoreKind;
  readonly losses: readonly ClassifiedLoss[];
  readonly divergent: readonly LedgerEntry[];
  /** What the oracle says can't be there. */
  readonly impossible: readonly ImpossibleSurvivor[];
}

/** Every figure of one run; what could not be measured is left out. */
export interface Measured {
  readonly rto?: RtoMeasurement;
  /** Of a restore; undefined for other kinds, and where nothing was restored. */
  readonly restoreTime?: RestoreTime;
  readonly restored: readonly RestoredCopy[];
  /** One per look at backups that were there before the procedure. */
  readonly retention: readonly RetentionMeasurement[];
  /** One per reconciled store; empty where the run has no t₀. */
  readonly rpo: readonly RpoMeasurement[];
  readonly stores: readonly StoreMeasurement[];
  /** Over all stores; undefined where no store was reconciled. */
  readonly divergentWrites?: number;
  /** From t₀ until a probe or a client's failed request first showed the fault. */
  readonly mttdSeconds?: number;
  /** From there until recovery. */
  readonly mttrSeconds?: number;
  readonly exposure?: Exposure;
  /** What the document's schedules can lose in the disaster that the scenario stands for; undefined where it was not read for that. */
  readonly worstCase?: WorstCaseRow;
  /** Undefined where the document states no availability, or service did not return. */
  readonly errorBudget?: ErrorBudget;
  readonly indeterminate: IndeterminateShare;
  readonly baselineDoubt?: BaselineDoubt;
  /** Why the ledger can't be trusted, each in one sentence. */
  readonly ledgerDoubts: readonly string[];
}

/** Measures one run from what it recorded. Pure: old evidence gives the same figures again. */
export function measure(input: MeasureInput): Measured {
  const { events, entries, reconciliations } = input;
  const run = readRun(events, input.faultTime);
  const streams = run.started?.streams ?? [];
  const rto = measureRto(run, entries);
  const stores = reconciliations.map((reconciliation) => measureStore(input, run, reconciliation));
  const window = baselineWindow(run);
  const baselineDoubt = window === undefined ? undefined : doubtBaseline(streams, entries, window);
  const restored = isRestored(run) ? restoreTime(run) : undefined;
  return {
    ...(rto === undefined ? {} : { rto }),
    ...(restored === undefined ? {} : { restoreTime: restored }),
    restored: restoredCopies(input, streams),
    retention: measureRetention(events),
    ...timesOf(rto),
    ...worstCaseOf(run),
    ...(run.baseline === undefined ? {} : { exposure: exposureFromLag(run.baseline) }),
    ...budgetOf(run, rto),
    rpo: stores.flatMap(({ rpo }) => (rpo === undefined ? [] : [rpo])),
    stores: stores.map(({ measurement }) => measurement),
    ...(stores.length === 0
      ? {}
      : { divergentWrites: stores.reduce((sum, { measurement }) => sum + measurement.divergent.length, 0) }),
    indeterminate: indeterminateShare(run, writesOf(streams, entries), rto?.streams ?? []),
    ...(baselineDoubt === undefined ? {} : { baselineDoubt }),
    ledgerDoubts: hadWorkload(input)
      ? ledgerDoubts({ streams, entries, complete: input.ledgerComplete, reconciliations })
      : [],
  };
}

/** What restored nothing took no time to restore. */
function isRestored({ events, started }: RecordedRun): boolean {
  return (
    started?.scenarioKind === "restore" &&
    eventsOfKind(events, "restore-observed").some(({ answers }) => answers)
  );
}

function restoredCopies(
  { events, entries, oracle, restored = [] }: MeasureInput,
  streams: readonly StreamDefinition[],
): RestoredCopy[] {
  // Of several backups the last is to come back.
  const backupStartedAt = lastPhaseStartedAt(events, "backup");
  const backupEndedAt = lastOfKind(events, "backup-observed")?.at;
  return restored.map(({ service, reconciliation, databaseBytes, recovery }) => {
    const own = streams.filter(({ store }) => store === reconciliation.store);
    const writes = writesOf(own, entries);
    const started = backupStartedAt === undefined ? {} : { backupStartedAt };
    const size = databaseBytes === undefined ? {} : { databaseBytes };
    const copy = { service, reconciliation, writes, ...size, ...started };
    if (recovery !== undefined) {
      const written = [...recovery.original, ...writes.filter(succeeded)];
      return measureRestoredCopy({
        ...copy,
        pointInTime: measurePointInTime({ ...recovery, oracle: oracle?.postgres, written }),
      });
    }
    return measureRestoredCopy({ ...copy, ...(backupEndedAt === undefined ? {} : { backupEndedAt }) });
  });
}

/** A run that ended before its workload began has no ledger, and a procedure may do without. */
function hadWorkload({ events, entries }: MeasureInput): boolean {
  return entries.length > 0 || events.some(({ kind }) => kind === "workload-started");
}

function measureStore(
  { events, entries, oracle }: MeasureInput,
  { started, faultAt }: RecordedRun,
  { store, lost, baseDataLost }: Reconciliation,
): { readonly measurement: StoreMeasurement; readonly rpo?: RpoMeasurement } {
  const streams = (started?.streams ?? []).filter((stream) => stream.store === store);
  const acknowledged = writesOf(streams, entries).filter(succeeded);
  const lostIds = new Set(lost.map(({ id }) => id));
  const survivors = acknowledged.filter(({ id }) => !lostIds.has(id));
  const taken = promotions(events, acknowledged, store);
  const outcome = { store, lost, survivors, oracle, promotions: taken };
  const losses = classifyLosses(outcome);
  const measurement: StoreMeasurement = {
    store,
    losses,
    divergent: divergentWrites(acknowledged, taken),
    impossible: impossibleSurvivors(outcome),
  };
  if (faultAt === undefined) return { measurement };
  const lostAtFailover = losses
    .filter(({ lossClass }) => lossClass === "lost-at-failover")
    .map(({ entry }) => entry);
  return {
    measurement,
    rpo: measureRpo({
      store,
      faultAt,
      acknowledged,
      lost,
      lostAtFailover,
      baseDataLost: baseDataLost.length > 0,
    }),
  };
}

function timesOf(rto: RtoMeasurement | undefined): Pick<Measured, "mttdSeconds" | "mttrSeconds"> {
  if (rto?.detectedAt === undefined) return {};
  const mttdSeconds = (rto.detectedAt - rto.faultAt) / 1_000;
  if (rto.measuredSeconds === undefined) return { mttdSeconds };
  return { mttdSeconds, mttrSeconds: rto.measuredSeconds - mttdSeconds };
}

function worstCaseOf({ events }: RecordedRun): Pick<Measured, "worstCase"> {
  const read = lastOfKind(events, "document-read");
  const row = read?.exposure.rows.find(
    ({ disaster, store }) => disaster === read.case.disaster && store === read.case.store,
  );
  return row === undefined ? {} : { worstCase: row };
}

function budgetOf(run: RecordedRun, rto: RtoMeasurement | undefined): Pick<Measured, "errorBudget"> {
  const percent = run.started?.objectives.availabilityPercent;
  if (percent === undefined || rto?.serviceReturnedAt === undefined) return {};
  return { errorBudget: errorBudget(percent, (rto.serviceReturnedAt.to - rto.faultAt) / 1_000) };
}
