import { projectRestoreTime, type RestoreProjection } from "../exposure/project-restore-time.ts";
import { groupBySize, type RestoreSample } from "../exposure/restore-sample.ts";
import type { DrillRun } from "./drill.ts";

/**
 * Restore time by size of the database, from a drill's runs that restored one database each. Undefined where they show nothing of
 * it: no such run, all of one size and no size of production to compare with, or no objective.
 */
export function restoreProjection(
  runs: readonly DrillRun[],
  productionBytes?: number,
): RestoreProjection | undefined {
  const samples = runs.flatMap((run) => sampleOf(run) ?? []);
  const objective = runs
    .map(({ evidence }) => evidence.objectives.rtoSeconds)
    .find((seconds) => seconds !== null);
  const isAboutSizes = productionBytes !== undefined || groupBySize(samples).length > 1;
  if (samples.length === 0 || objective === undefined || !isAboutSizes) return undefined;
  return projectRestoreTime(samples, objective, productionBytes);
}

/** A run that restored several times, or into several servers, has no one time for one size. */
function sampleOf({ evidence: { kind, measured, restores } }: DrillRun): RestoreSample | undefined {
  const [copy, ...others] = restores;
  const bytes = copy?.databaseBytes;
  if (kind !== "restore" || others.length > 0 || typeof bytes !== "number") return undefined;
  return measured.rtoSeconds === null ? undefined : { bytes, seconds: measured.rtoSeconds };
}
