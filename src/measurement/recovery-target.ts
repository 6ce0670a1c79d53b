import type { Instant } from "../timeline/clock.ts";
import type { TimelineEvent } from "../timeline/event.ts";
import { eventsOfKind } from "./events-of-kind.ts";

/** The instant to which a person asked recovery to go, on the database server's clock and on the run's. */
export interface RecoveryTarget {
  /** As PostgreSQL writes it: `2026-11-09 01:59:59+00`. */
  readonly text: string;
  /** What was acknowledged before this was committed before the instant: the server's clock had not come to it. */
  readonly notBefore: Instant;
}

/** The last full second of the server's clock that the operator was told; undefined where they were told none. */
export function recoveryTarget(events: readonly TimelineEvent[]): RecoveryTarget | undefined {
  const told = eventsOfKind(events, "told-operator").map(({ text }) => text);
  const second = eventsOfKind(events, "server-second").findLast((event) => told.includes(event.second));
  return second === undefined ? undefined : { text: second.second, notBefore: second.calledAt };
}
