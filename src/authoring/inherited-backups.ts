import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import type { EarlierBackup, EarlierBaseBackup } from "../backup/earlier-backup.ts";
import { inheritBackups } from "../backup/inherit-backups.ts";
import { inheritBaseBackups } from "../backup/inherit-base-backups.ts";
import { observeKept } from "../backup/observe-kept.ts";
import type { MechanismKind } from "../exposure/backup-promise.ts";
import { retentionPromise } from "../exposure/retention-promise.ts";
import type { RetentionPromise } from "../timeline/inherited-backup.ts";
import { projectDirectory } from "./project-directory.ts";
import type { RunInProgress } from "./run-in-progress.ts";

/** Lays backups of earlier days, and puts them on the timeline with what is promised of them. */
export async function inheritEarlier(run: RunInProgress, earlier: readonly EarlierBackup[]): Promise<void> {
  const { backups, clock } = await inheritBackups(run.topology, earlier);
  run.inherited.push(...backups);
  const promise = await promiseOf(run);
  run.timeline.record({
    kind: "backups-inherited",
    clock,
    backups,
    ...(promise === undefined ? {} : { promise }),
  });
}

/** Has base backups of earlier days made, and puts them on the timeline with what is promised of the time that they reach. */
export async function inheritEarlierBaseBackups(
  run: RunInProgress,
  earlier: readonly EarlierBaseBackup[],
): Promise<void> {
  const { backups, clock } = await inheritBaseBackups(run.topology, earlier);
  run.inherited.push(...backups);
  const promise = await promiseOf(run, ["wal-archive"]);
  run.timeline.record({
    kind: "backups-inherited",
    clock,
    backups,
    ...(promise === undefined ? {} : { promise: { ...promise, of: "instants" } }),
  });
}

/** Looks what there is of everything that was laid. */
export async function observeInherited({ inherited, timeline, topology }: RunInProgress): Promise<void> {
  timeline.record({ kind: "kept-observed", ...(await observeKept(topology, inherited)) });
}

/** From the document that is followed if it states one, else from the system's. */
async function promiseOf(
  { chosen, definition }: RunInProgress,
  kinds?: readonly MechanismKind[],
): Promise<RetentionPromise | undefined> {
  const { objectivesDocument } = definition.system;
  return (
    retentionPromise(chosen.markdown, chosen.runbook.file, kinds) ??
    retentionPromise(
      await readFile(objectivesDocument, "utf8"),
      // Named relative to the project: a report is read on other machines.
      relative(projectDirectory, objectivesDocument),
      kinds,
    )
  );
}
