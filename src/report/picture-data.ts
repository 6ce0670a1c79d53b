import type { Evidence } from "../evidence/evidence.ts";
import type { TimelineEvent } from "../timeline/event.ts";
import { faultEnd } from "./fault-end.ts";
import { formatInterval, formatSeconds } from "./figures.ts";
import type { LedgerEntry } from "../workload/ledger-entry.ts";

/** Requests of one stream in one slice of time. Seconds are those since the fault. */
export interface RateSlice {
  readonly from: number;
  readonly to: number;
  readonly successesPerSecond: number;
  readonly failuresPerSecond: number;
}

/** One row of the chart of what happened. */
export interface PictureBar {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly kind: "fault" | "good" | "bad" | "neutral" | "recovery";
  /** Beside the bar, so that colour is never the only sign. */
  readonly note: string;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

export interface PictureStream {
  readonly title: string;
  readonly slices: readonly RateSlice[];
  /** Between these bounds it came back. */
  readonly recovery: Span | undefined;
}

/** What the picture shows, in seconds since the fault; where nothing was broken, since the run's clock started. */
export interface PictureData {
  readonly origin: "fault" | "start";
  readonly from: number;
  readonly to: number;
  readonly streams: readonly PictureStream[];
  /** While a fault was in force. */
  readonly faults: readonly Span[];
  /** Between these bounds service through the application came back. */
  readonly recovery: Span | undefined;
  readonly bars: readonly PictureBar[];
}

/** How much of the time before the fault is shown: enough to see what was normal. */
const shownBeforeFaultSeconds = 10;
const mostSlices = 300;

/** Undefined where no request was recorded. */
export function pictureData(
  evidence: Evidence,
  events: readonly TimelineEvent[],
  entries: Iterable<LedgerEntry>,
): PictureData | undefined {
  const originSeconds = evidence.measured.faultAtSeconds ?? 0;
  const origin = evidence.measured.faultAtSeconds === null ? "start" : "fault";
  const requests = Array.from(entries, (entry) => ({
    stream: entry.stream,
    at: entry.sentAt / 1000 - originSeconds,
    succeeded: entry.outcome === "acknowledged" || entry.outcome === "acknowledged-unreplicated",
  }));
  if (requests.length === 0) return undefined;
  let first = Infinity;
  let last = -Infinity;
  for (const { at } of requests) {
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  const from = origin === "fault" ? Math.max(first, -shownBeforeFaultSeconds) : first;
  const width = sliceWidth(last - from);
  const start = Math.floor(from / width) * width;
  const slices = Math.max(1, Math.ceil((last - start) / width));
  const end = start + slices * width;
  const bars = pictureBars(evidence, events, originSeconds, end);
  return {
    origin,
    from: start,
    to: end,
    streams: evidence.measured.streams.map(({ stream, via, operation, store, returnedAtSeconds }) => ({
      title: `${stream}: ${operation}s ${operation === "write" ? "to" : "from"} ${store}, ${via === "application" ? "through the application" : "direct"}`,
      slices: slice(
        requests.filter((request) => request.stream === stream),
        start,
        width,
        slices,
      ),
      recovery: spanSince(returnedAtSeconds, originSeconds),
    })),
    faults: bars.filter((bar) => bar.kind === "fault"),
    recovery: recoveryOf(evidence, originSeconds),
    bars,
  };
}

/** When service came back, of the stream through the application for which that was last. */
function recoveryOf({ measured }: Evidence, originSeconds: number): PictureData["recovery"] {
  const returns = measured.streams.flatMap(({ via, returnedAtSeconds }) =>
    via === "application" && returnedAtSeconds !== null ? [returnedAtSeconds] : [],
  );
  const deciding = measured.streams.filter((stream) => stream.via === "application");
  const failedForGood = deciding.some(
    (stream) => stream.firstFailureAtSeconds !== null && stream.returnedAtSeconds === null,
  );
  const latest = returns.sort((a, b) => b.to - a.to)[0];
  return failedForGood ? undefined : spanSince(latest ?? null, originSeconds);
}

function spanSince(span: Span | null, originSeconds: number): Span | undefined {
  return span === null ? undefined : { from: span.from - originSeconds, to: span.to - originSeconds };
}

/** A round number of seconds that cuts the span into at most {@link mostSlices}. */
function sliceWidth(span: number): number {
  for (const width of [0.25, 0.5, 1, 2, 5, 10, 30]) if (span / width <= mostSlices) return width;
  return Math.ceil(span / mostSlices / 60) * 60;
}

function slice(
  requests: readonly { readonly at: number; readonly succeeded: boolean }[],
  start: number,
  width: number,
  count: number,
): RateSlice[] {
  const successes = new Array<number>(count).fill(0);
  const failures = new Array<number>(count).fill(0);
  for (const { at, succeeded } of requests) {
    const index = Math.min(count - 1, Math.floor((at - start) / width));
    const counts = succeeded ? successes : failures;
    if (index >= 0) counts[index] = (counts[index] ?? 0) + 1;
  }
  return successes.map((successful, index) => ({
    from: start + index * width,
    to: start + (index + 1) * width,
    successesPerSecond: successful / width,
    failuresPerSecond: (failures[index] ?? 0) / width,
  }));
}

function pictureBars(
  evidence: Evidence,
  events: readonly TimelineEvent[],
  originSeconds: number,
  end: number,
): PictureBar[] {
  const since = (seconds: number): number => seconds - originSeconds;
  const faults = evidence.faults.map((fault): PictureBar => {
    const over = faultEnd(fault, evidence);
    const to = over === null ? end : Math.min(end, since(over));
    return {
      label: fault.name,
      from: since(fault.calledAtSeconds),
      to,
      kind: "fault",
      note: over === null ? "in force to the end" : "",
    };
  });
  const steps = evidence.steps.flatMap((step): PictureBar[] => {
    if (step.startedAtSeconds === null) return [];
    const from = since(step.startedAtSeconds);
    return [
      {
        label: `${step.id}  ${step.title}`,
        from,
        to: from + step.seconds,
        kind: step.outcome === "succeeded" ? "good" : step.outcome === "manual" ? "neutral" : "bad",
        note: `${step.outcome}, ${formatSeconds(step.seconds)}`,
      },
    ];
  });
  return [
    ...faults,
    ...steps,
    ...recoveryBars(evidence, originSeconds),
    ...aftershockBars(events, since),
  ].filter((bar) => bar.from < end);
}

function recoveryBars(evidence: Evidence, originSeconds: number): PictureBar[] {
  const span = recoveryOf(evidence, originSeconds);
  if (span === undefined) return [];
  return [
    { ...span, label: "service came back", kind: "recovery", note: formatInterval(span.from, span.to) },
  ];
}

function aftershockBars(events: readonly TimelineEvent[], since: (seconds: number) => number): PictureBar[] {
  const started = events.find((event) => event.kind === "aftershock-started");
  const ended = events.find((event) => event.kind === "aftershock-ended");
  if (started === undefined || ended === undefined) return [];
  return [
    {
      label: `aftershock: ${ended.node} restarts`,
      from: since(started.at / 1000),
      to: since(ended.at / 1000),
      kind: ended.durable ? "neutral" : "bad",
      note: ended.durable ? "as before afterwards" : "not as before afterwards",
    },
  ];
}
