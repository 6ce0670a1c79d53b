import type {
  Reconciliation,
  RpoMeasurement,
  RtoMeasurement,
  ServiceReturn,
} from "../measurement/measurement.ts";
import type { RestoredCopy } from "../measurement/restored-copy.ts";
import type { WorstCaseRow } from "../exposure/worst-case-loss.ts";
import type { RetentionMeasurement } from "../measurement/retention.ts";
import type { RestoreTime } from "../measurement/restore-time.ts";
import type { ErrorBudget } from "../measurement/error-budget.ts";
import type { Exposure } from "../measurement/exposure.ts";
import type { InstantInterval } from "../timeline/clock.ts";
import type { TimelineEvent } from "../timeline/event.ts";
import type { StreamDefinition } from "../workload/ledger-entry.ts";
import { firstOfKind } from "../measurement/events-of-kind.ts";
import type { EventOfKind } from "../measurement/events-of-kind.ts";
import type { Evidence } from "./evidence.ts";
import { inSeconds } from "./in-seconds.ts";

type Measured = Evidence["measured"];

/** Figures of one run; whatever is left out could not be measured. */
export interface MeasuredFigures {
  readonly rto?: RtoMeasurement;
  readonly restoreTime?: RestoreTime;
  readonly restored?: readonly RestoredCopy[];
  readonly retention?: readonly RetentionMeasurement[];
  readonly worstCase?: WorstCaseRow;
  readonly rpo?: readonly RpoMeasurement[];
  readonly divergentWrites?: number;
  readonly mttdSeconds?: number;
  readonly mttrSeconds?: number;
  readonly exposure?: Exposure;
  readonly errorBudget?: ErrorBudget;
}

export function assembleMeasured(
  started: EventOfKind<"run-started">,
  events: readonly TimelineEvent[],
  figures: MeasuredFigures,
  reconciliations: readonly Reconciliation[],
): Measured {
  const { rto, restoreTime, rpo = [] } = figures;
  const faultAt = rto?.faultAt ?? firstOfKind(events, "fault-injected")?.calledAt;
  const whole = everyStoreIsMeasured(started.streams, rpo);
  const worstRpo = whole ? Math.max(...rpo.map((store) => store.seconds)) : undefined;
  return {
    faultAtSeconds: faultAt === undefined ? null : inSeconds(faultAt),
    ...timeToRecovery(rto, restoreTime),
    rtoParts: (rto?.parts ?? restoreTime?.parts ?? []).map(({ name, seconds }) => ({ name, seconds })),
    documentedDelays: started.documentedDelays.map(({ name, seconds, source }) => ({
      name,
      seconds,
      source: { ...source },
    })),
    // JSON has no infinity: the bound is told in words, and the window it reaches back over in seconds.
    rpoSeconds:
      worstRpo === undefined || worstRpo === Infinity ? (figures.worstCase?.lossSeconds ?? null) : worstRpo,
    rpoAtLeastWindow: worstRpo === Infinity,
    windowSeconds: maximum(rpo.flatMap((store) => store.windowSeconds ?? [])),
    lostWrites: whole ? total(rpo.map((store) => store.lostWrites)) : null,
    divergentWrites: whole ? (figures.divergentWrites ?? null) : null,
    acknowledgedWrites: totalOrNull(reconciliations.map((store) => store.acknowledged)),
    indeterminateWrites: totalOrNull(reconciliations.map((store) => store.indeterminate)),
    mttdSeconds: figures.mttdSeconds ?? null,
    mttrSeconds: figures.mttrSeconds ?? null,
    streams: started.streams.map((stream) =>
      streamOf(
        stream,
        rto?.streams.find((candidate) => candidate.stream === stream.name),
      ),
    ),
  };
}

function timeToRecovery(
  rto: RtoMeasurement | undefined,
  restoreTime: RestoreTime | undefined,
): Pick<Measured, "rtoSeconds" | "rtoMeasuredSeconds" | "rtoIntervalSeconds"> {
  if (rto === undefined && restoreTime !== undefined) {
    const { seconds } = restoreTime;
    return {
      rtoSeconds: seconds,
      rtoMeasuredSeconds: seconds,
      rtoIntervalSeconds: { lower: seconds, upper: seconds },
    };
  }
  return {
    rtoSeconds: rto?.seconds ?? null,
    rtoMeasuredSeconds: rto?.measuredSeconds ?? null,
    rtoIntervalSeconds: rto?.intervalSeconds === undefined ? null : { ...rto.intervalSeconds },
  };
}

/** One store that nobody could look into, and the loss of the whole is unknown, whatever the others kept. */
function everyStoreIsMeasured(streams: readonly StreamDefinition[], rpo: readonly RpoMeasurement[]): boolean {
  const written = new Set(streams.filter(({ operation }) => operation === "write").map(({ store }) => store));
  return written.size > 0 && [...written].every((store) => rpo.some((measured) => measured.store === store));
}

function streamOf(
  { name, store, via, operation }: StreamDefinition,
  service: ServiceReturn | undefined,
): Measured["streams"][number] {
  return {
    stream: name,
    store,
    via,
    operation,
    firstFailureAtSeconds: service?.firstFailureAt === undefined ? null : inSeconds(service.firstFailureAt),
    returnedAtSeconds: service?.returnedAt === undefined ? null : intervalInSeconds(service.returnedAt),
    islands: (service?.islands ?? []).map(intervalInSeconds),
    detail: service?.detail ?? null,
  };
}

function intervalInSeconds({ from, to }: InstantInterval): { from: number; to: number } {
  return { from: inSeconds(from), to: inSeconds(to) };
}

function maximum(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

function totalOrNull(counts: readonly number[]): number | null {
  return counts.length === 0 ? null : total(counts);
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
