import { eventsOfKind } from "../measurement/events-of-kind.ts";
import type { TimelineEvent } from "../timeline/event.ts";
import type { Evidence } from "./evidence.ts";
import { inSeconds } from "./in-seconds.ts";

/** Writes on a primary that were waited for on a replica, in order. */
export function assembleReplication(events: readonly TimelineEvent[]): Evidence["replication"] {
  return eventsOfKind(events, "replication-observed").map(
    ({ primary, replica, arrived, waitedSeconds, detail, at }) => ({
      primary,
      replica,
      arrived,
      observedAtSeconds: inSeconds(at),
      waitedSeconds,
      detail,
    }),
  );
}
