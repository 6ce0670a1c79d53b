import type { Instant } from "../timeline/clock.ts";
import type { BaselineFailure } from "../timeline/event.ts";
import type { LedgerEntry, StoreKind, StreamDefinition } from "../workload/ledger-entry.ts";
import { firstOfKind } from "./events-of-kind.ts";
import { succeeded } from "./outage-failures.ts";
import type { RecordedRun } from "./recorded-run.ts";

/** Writes a second, per store, that a baseline must sustain. */
export const leastWritesPerSecond = 20;
/** Percent of the requests of a stream that may fail before the fault. */
export const toleratedFailuresPercent = 1;
/** How long before the baseline was called established the requests are judged: longer ago they may have been warming up. */
const lookBackMs = 3_000;

export interface BaselineWindow {
  readonly from: Instant;
  readonly to: Instant;
}

export interface BaselineDoubt {
  readonly code: BaselineFailure;
  readonly detail: string;
}

/**
 * Whether what the ledger holds of a time before the fault shows a working system: in every store at least 20 acknowledged writes a
 * second, and no stream with more than 1 % failing requests. Undefined when it does.
 */
export function doubtBaseline(
  streams: readonly StreamDefinition[],
  entries: readonly LedgerEntry[],
  window: BaselineWindow,
): BaselineDoubt | undefined {
  const answered = entriesWithin(entries, window);
  const seconds = (window.to - window.from) / 1_000;
  for (const stream of streams) {
    const requests = answered.filter((entry) => entry.stream === stream.name);
    const failures = requests.filter((entry) => !succeeded(entry)).length;
    if (failures * 100 > toleratedFailuresPercent * requests.length) {
      return {
        code: "requests-failing",
        detail: `${failures} of ${requests.length} requests of ${stream.name} failed before the fault, more than 1 %`,
      };
    }
  }
  const written = streams.filter(({ operation }) => operation === "write");
  if (written.length === 0)
    return { code: "write-rate-too-low", detail: "the workload has no stream of writes" };
  for (const store of new Set<StoreKind>(written.map((stream) => stream.store))) {
    const names = new Set(written.filter((stream) => stream.store === store).map(({ name }) => name));
    const rate = answered.filter((entry) => names.has(entry.stream) && succeeded(entry)).length / seconds;
    if (!(rate >= leastWritesPerSecond)) {
      return {
        code: "write-rate-too-low",
        detail: `${rate.toFixed(1)} writes a second were acknowledged by ${store} before the fault, under ${leastWritesPerSecond}`,
      };
    }
  }
  return undefined;
}

/** From 3 s before the baseline was called established, or the workload's start, to t₀. */
export function baselineWindow(run: RecordedRun): BaselineWindow | undefined {
  const { baselineAt, faultAt } = run;
  if (baselineAt === undefined) return undefined;
  const workloadAt = firstOfKind(run.events, "workload-started")?.at ?? 0;
  return { from: Math.max(workloadAt, baselineAt - lookBackMs), to: faultAt ?? baselineAt };
}

/** Successes per second by stream: as the baseline states them or as the ledger counts them, whichever is more to live up to. */
export function baselineRates(run: RecordedRun, entries: readonly LedgerEntry[]): Record<string, number> {
  const window = baselineWindow(run);
  if (window === undefined) return {};
  const seconds = (window.to - window.from) / 1_000;
  const rates: Record<string, number> = {};
  for (const { stream } of entriesWithin(entries, window).filter(succeeded)) {
    rates[stream] = (rates[stream] ?? 0) + 1 / seconds;
  }
  for (const [stream, stated] of Object.entries(run.baseline?.ratePerSecond ?? {})) {
    rates[stream] = Math.max(stated, rates[stream] ?? 0);
  }
  return rates;
}

function entriesWithin(entries: readonly LedgerEntry[], { from, to }: BaselineWindow): LedgerEntry[] {
  return entries.filter(({ answeredAt }) => answeredAt >= from && answeredAt < to);
}
