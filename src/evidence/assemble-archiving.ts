import { eventsOfKind } from "../measurement/events-of-kind.ts";
import type { ArchiverState } from "../timeline/archiving-observation.ts";
import type { TimelineEvent } from "../timeline/event.ts";
import type { Evidence } from "./evidence.ts";
import { inSeconds } from "./in-seconds.ts";

/** Looks at what became of finished WAL, in order. */
export function assembleArchiving(events: readonly TimelineEvent[]): Evidence["archiving"] {
  return eventsOfKind(events, "archiving-observed").map(
    ({ at, node, settings, before, after, segments, overwrite }) => ({
      observedAtSeconds: inSeconds(at),
      node,
      settings: { ...settings },
      before: archiver(before),
      after: archiver(after),
      segments: segments.map(({ copies, ...segment }) => ({
        ...segment,
        copies: copies.map((copy) => ({ ...copy })),
      })),
      overwrite: overwrite === undefined ? null : { ...overwrite },
    }),
  );
}

function archiver({ archived, failed, lastArchived, lastFailed }: ArchiverState) {
  return { archived, failed, lastArchived: lastArchived ?? null, lastFailed: lastFailed ?? null };
}
