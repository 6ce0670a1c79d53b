import type { Instant, InstantInterval } from "../timeline/clock.ts";
import type { LedgerEntry } from "../workload/ledger-entry.ts";
import type { ServiceReturn } from "./measurement.ts";
import { outageFailures, succeeded } from "./outage-failures.ts";

export interface StreamObservation {
  readonly stream: string;
  /** Of any streams, in any order. */
  readonly entries: readonly LedgerEntry[];
  /** t₀ */
  readonly faultAt: Instant;
  readonly observedUntil: Instant;
  /** Least length of the final run: {@link sustainedMs}. */
  readonly sustainedMs: number;
  /** Successes per second before the fault; undefined where none were measured. */
  readonly baselineRatePerSecond?: number;
}

/** How long service must last to count as back: at least 10 s, and twice the longest deadline of a client. */
export function sustainedMs(longestClientDeadlineMs: number): number {
  return Math.max(10_000, 2 * longestClientDeadlineMs);
}

const leastShareOfBaseline = 0.8;
/** A request this close to the end of observation may have been cut off by what came next. */
const edgeMs = 1_000;

/**
 * When service came back for one stream of requests.
 *
 * It is back from the start of the final run of successes: the one after the last failure that belongs to an outage (see
 * {@link outageFailures}). The run must last to the end of observation, for at least `sustainedMs`, at 80 % of the baseline's rate
 * or more, over the whole of it and over its last part. Its start is known as an interval: service was still gone when the last
 * failing request was sent or later, and was there when the first success among the requests sent after it was answered. A stream
 * that no outage touched has neither `firstFailureAt` nor `returnedAt`.
 */
export function serviceReturn(observation: StreamObservation): ServiceReturn {
  const { stream } = observation;
  const requests = requestsAfterFault(observation);
  const failures = outageFailures(requests);
  const lastPosition = failures.at(-1) ?? -1;
  const lastFailure = requests[lastPosition];
  const finalRun = requests.slice(lastPosition + 1).filter(succeeded);
  const found: ServiceReturn = {
    stream,
    islands: islands(requests, failures),
    ...firstSeen(requests, failures),
  };

  if (finalRun.length === 0) {
    return lastFailure === undefined
      ? { ...found, missing: "no-requests", detail: "no request was made after the fault" }
      : { ...found, missing: "still-failing", detail: "no request succeeded after the last failure" };
  }
  const returnedAt: InstantInterval = {
    from: Math.max(observation.faultAt, lastFailure?.sentAt ?? -Infinity),
    to: finalRun.reduce((first, { answeredAt }) => Math.min(first, answeredAt), Infinity),
  };
  const doubt = whyNotSustained(observation, requests, finalRun, returnedAt.to);
  if (doubt !== undefined) return { ...found, ...doubt };
  return lastFailure === undefined ? found : { ...found, returnedAt };
}

function requestsAfterFault({ stream, entries, faultAt, observedUntil }: StreamObservation): LedgerEntry[] {
  return entries
    .filter(
      (entry) => entry.stream === stream && entry.answeredAt >= faultAt && entry.sentAt <= observedUntil,
    )
    .filter(
      (entry) =>
        succeeded(entry) || entry.answeredAt <= observedUntil || entry.sentAt < observedUntil - edgeMs,
    )
    .sort((a, b) => a.sentAt - b.sentAt);
}

type Doubt = Required<Pick<ServiceReturn, "missing" | "detail">>;

function whyNotSustained(
  { observedUntil, sustainedMs: leastMs, baselineRatePerSecond: baseline }: StreamObservation,
  requests: readonly LedgerEntry[],
  finalRun: readonly LedgerEntry[],
  start: Instant,
): Doubt | undefined {
  if (baseline === undefined || !(baseline > 0)) {
    return { missing: "no-baseline", detail: "it has no rate from before the fault to be held against" };
  }
  const lastSign = requests.reduce((last, { answeredAt }) => Math.max(last, answeredAt), -Infinity);
  const silentMs = observedUntil - lastSign;
  if (silentMs > Math.max(edgeMs, 5_000 / baseline)) {
    return {
      missing: "no-requests",
      detail: `no request was made in the last ${seconds(silentMs)} of observation`,
    };
  }
  const lastedMs = observedUntil - start;
  if (lastedMs < leastMs) {
    return {
      missing: "too-short",
      detail: `success lasted ${seconds(lastedMs)} to the end of observation, and must last ${seconds(leastMs)}`,
    };
  }
  const lastPart = finalRun.filter(({ sentAt }) => sentAt > observedUntil - leastMs);
  const rate = Math.min(perSecond(finalRun.length, lastedMs), perSecond(lastPart.length, leastMs));
  if (rate >= leastShareOfBaseline * baseline) return undefined;
  return {
    missing: "too-slow",
    detail: `${rate.toFixed(1)} requests a second succeeded, under 80 % of the ${baseline.toFixed(1)} before the fault`,
  };
}

function firstSeen(
  requests: readonly LedgerEntry[],
  failures: readonly number[],
): Pick<ServiceReturn, "firstFailureAt"> {
  const first = failures.reduce(
    (earliest, position) => Math.min(earliest, requests[position]?.answeredAt ?? Infinity),
    Infinity,
  );
  return first === Infinity ? {} : { firstFailureAt: first };
}

/**
 * Two successes or more in a row, by time of sending, between failures of the outage. What was sent before the first failure was
 * seen is still the time before the outage.
 */
function islands(requests: readonly LedgerEntry[], failures: readonly number[]): InstantInterval[] {
  const { firstFailureAt = Infinity } = firstSeen(requests, failures);
  return failures.flatMap((position, index) => {
    const previous = failures[index - 1];
    if (previous === undefined) return [];
    const run = requests
      .slice(previous + 1, position)
      .filter((request) => succeeded(request) && request.sentAt >= firstFailureAt);
    const [first] = run;
    if (first === undefined || run.length < 2) return [];
    return [{ from: first.sentAt, to: Math.max(...run.map(({ answeredAt }) => answeredAt)) }];
  });
}

function perSecond(count: number, ms: number): number {
  return (count * 1_000) / ms;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
