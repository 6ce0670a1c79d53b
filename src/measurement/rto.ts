import type { Instant, InstantInterval } from "../timeline/clock.ts";
import type { LedgerEntry, StreamDefinition } from "../workload/ledger-entry.ts";
import { baselineRates } from "./baseline.ts";
import { eventsOfKind } from "./events-of-kind.ts";
import type { RtoMeasurement, ServiceReturn } from "./measurement.ts";
import type { RecordedRun } from "./recorded-run.ts";
import { rtoParts } from "./rto-parts.ts";
import { serviceReturn, sustainedMs } from "./service-return.ts";
import { verificationEnd } from "./verification.ts";

/**
 * From t₀ to the later of service's return, for the kind of request through the application that came back last, and the end of the
 * runbook's last verification. Recovery lies in an interval; its upper bound is the figure, and documented delays that the run did
 * not wait out are added to it. Undefined where the run has no t₀.
 */
export function measureRto(run: RecordedRun, entries: readonly LedgerEntry[]): RtoMeasurement | undefined {
  const { started, faultAt } = run;
  if (started === undefined || faultAt === undefined) return undefined;
  const rates = baselineRates(run, entries);
  const streams = started.streams.map((definition) => {
    const rate = rates[definition.name];
    return serviceReturn({
      stream: definition.name,
      entries,
      faultAt,
      observedUntil: run.observedUntil,
      sustainedMs: sustainedMs(started.longestClientDeadlineMs),
      ...(rate === undefined ? {} : { baselineRatePerSecond: rate }),
    });
  });
  const returned = worstReturn(applicationReturns(started.streams, streams));
  const verifiedAt = verificationEnd(run.recovery);
  const detectedAt = detection(run, streams, faultAt);
  const measurement: RtoMeasurement = {
    faultAt,
    streams,
    ...(returned === undefined ? {} : { serviceReturnedAt: returned }),
    ...(verifiedAt === undefined ? {} : { verificationEndedAt: verifiedAt }),
    ...(detectedAt === undefined ? {} : { detectedAt }),
    parts: [],
  };
  if (returned === undefined) return measurement;

  const recoveredAt = Math.max(returned.to, verifiedAt ?? -Infinity);
  const upper = (recoveredAt - faultAt) / 1_000;
  const delays = started.documentedDelays.reduce((sum, delay) => sum + delay.seconds, 0);
  return {
    ...measurement,
    intervalSeconds: { lower: (Math.max(returned.from, verifiedAt ?? -Infinity) - faultAt) / 1_000, upper },
    measuredSeconds: upper,
    seconds: upper + delays,
    parts: rtoParts({ faultAt, detectedAt, steps: run.recovery, recoveredAt }),
  };
}

/** Streams through the application decide; clients of a store only diagnose. */
export function applicationReturns(
  definitions: readonly StreamDefinition[],
  streams: readonly ServiceReturn[],
): ServiceReturn[] {
  const names = new Set(definitions.filter(({ via }) => via === "application").map(({ name }) => name));
  return streams.filter(({ stream }) => names.has(stream));
}

/**
 * All of service is back when the last stream is: the bounds are the latest of each. Undefined as long as one is missing, or where
 * no stream failed.
 */
function worstReturn(streams: readonly ServiceReturn[]): InstantInterval | undefined {
  if (streams.some(({ missing }) => missing !== undefined)) return undefined;
  const returns = streams.flatMap(({ returnedAt }) => (returnedAt === undefined ? [] : [returnedAt]));
  if (returns.length === 0) return undefined;
  return {
    from: Math.max(...returns.map(({ from }) => from)),
    to: Math.max(...returns.map(({ to }) => to)),
  };
}

function detection(
  run: RecordedRun,
  streams: readonly ServiceReturn[],
  faultAt: Instant,
): Instant | undefined {
  const probes = eventsOfKind(run.events, "probe-changed")
    .filter(({ at, healthy }) => at >= faultAt && !healthy)
    .map(({ at }) => at);
  const failures = streams.flatMap(({ firstFailureAt }) =>
    firstFailureAt === undefined ? [] : [firstFailureAt],
  );
  const signs = [...probes, ...failures];
  return signs.length === 0 ? undefined : Math.min(...signs);
}
