import { eventsOfKind, lastOfKind } from "../measurement/events-of-kind.ts";
import type { PointInTime, PointInTimeUndecided } from "../measurement/point-in-time.ts";
import type { RestoredCopy } from "../measurement/restored-copy.ts";
import type { TimelineEvent } from "../timeline/event.ts";
import type { Evidence } from "./evidence.ts";
import { inSeconds } from "./in-seconds.ts";

/** Files that stood where backups are kept when the backup's procedure was over. */
export function assembleBackups(events: readonly TimelineEvent[]): Evidence["backups"] {
  return (lastOfKind(events, "backup-observed")?.artefacts ?? []).map((artefact) => ({ ...artefact }));
}

export function assembleRestoredApplications(
  events: readonly TimelineEvent[],
): Evidence["restoredApplications"] {
  return eventsOfKind(events, "application-restored").map(
    ({ service, healthy, detail, differing, sealed }) => ({
      service,
      healthy,
      detail,
      differing: [...differing],
      sealed: sealed === undefined ? null : { ...sealed },
    }),
  );
}

export function assembleRestores(copies: readonly RestoredCopy[]): Evidence["restores"] {
  return copies.map(({ store, service, missing, snapshotAt, pointInTime, reconciliation, ...copy }) => ({
    store,
    service,
    restoredWrites: copy.restored,
    missingWrites: missing.length,
    afterSnapshot: reconciliation.lost.length - missing.length,
    baseDataLost: reconciliation.baseDataLost.length,
    phantoms: reconciliation.phantoms.length,
    changedPayloads: reconciliation.changedPayloads.length,
    duplicates: reconciliation.duplicates.length,
    gaps: reconciliation.gaps.length,
    snapshotAtSeconds:
      snapshotAt === undefined ? null : { from: inSeconds(snapshotAt.from), to: inSeconds(snapshotAt.to) },
    databaseBytes: copy.databaseBytes ?? null,
    recovery: pointInTime === undefined ? null : recoveryOf(pointInTime),
  }));
}

function recoveryOf(
  point: PointInTime | PointInTimeUndecided,
): NonNullable<Evidence["restores"][number]["recovery"]> {
  const { target } = point;
  if ("undecided" in point) {
    const unknown = { stopsBefore: null, expectedWrites: null, missingWrites: null, laterWrites: null };
    return { target, ...unknown, undecided: point.undecided };
  }
  return {
    target,
    stopsBefore: { ...point.stopsBefore },
    expectedWrites: point.expected,
    missingWrites: point.missing.length,
    laterWrites: point.later.length,
    undecided: null,
  };
}
