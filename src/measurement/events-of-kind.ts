import type { Instant } from "../timeline/clock.ts";
import type { Phase, TimelineEvent } from "../timeline/event.ts";

export type EventOfKind<K extends TimelineEvent["kind"]> = Extract<TimelineEvent, { readonly kind: K }>;

/** The events of one kind, in the order in which they were recorded. */
export function eventsOfKind<K extends TimelineEvent["kind"]>(
  events: readonly TimelineEvent[],
  kind: K,
): EventOfKind<K>[] {
  return events.filter((event): event is EventOfKind<K> => event.kind === kind);
}

export function firstOfKind<K extends TimelineEvent["kind"]>(
  events: readonly TimelineEvent[],
  kind: K,
): EventOfKind<K> | undefined {
  return eventsOfKind(events, kind)[0];
}

export function lastOfKind<K extends TimelineEvent["kind"]>(
  events: readonly TimelineEvent[],
  kind: K,
): EventOfKind<K> | undefined {
  return eventsOfKind(events, kind).at(-1);
}

/** When a phase last began; undefined for a run that did not come to it. */
export function lastPhaseStartedAt(events: readonly TimelineEvent[], phase: Phase): Instant | undefined {
  return eventsOfKind(events, "phase-started").findLast((event) => event.phase === phase)?.at;
}
