import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { distributionOf } from "../evidence/distribution.ts";
import { drillSchemaVersion, type DrillRecord } from "../evidence/drill-record.ts";
import { writeDrillRecord } from "../evidence/writer.ts";
import { renderDrillReport } from "../report/drill-report.ts";
import { renderJunit } from "../report/junit.ts";
import type { ReportFiles } from "../report/report.ts";
import {
  judgeChecklist,
  worstVerdict,
  type ChecklistItem,
  type DrillDefinition,
  type DrillRun,
} from "./drill.ts";
import { restoreProjection } from "./restore-projection.ts";

export interface DrillToRecord {
  readonly name: string;
  readonly title: string;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
  /** Undefined for repeats of one scenario: then each run is an item. */
  readonly drill: DrillDefinition | undefined;
  readonly runs: readonly DrillRun[];
  /** How many runs were to be made: one that left no evidence is not one that went well. */
  readonly planned: number;
  /** Size of the database in production, for which the time of a restore is asked; default none. */
  readonly productionBytes?: number | undefined;
}

/** Writes `drill.json`, `report.md` and, for CI, `junit.xml` over the evidence of a drill's runs. */
export async function recordDrill(
  directory: string,
  { drill, name, title, startedAt, runs, planned, productionBytes }: DrillToRecord,
): Promise<DrillRecord> {
  const judged = judgeChecklist(drill?.items ?? [itemOfRepeats(runs, planned)], runs).map((item) => ({
    ...item,
    evidence: [...item.evidence],
  }));
  const complete = runs.length >= planned;
  const items = judged.map((item) =>
    complete || item.verdict !== "met" ? item : { ...item, verdict: "inconclusive" as const },
  );
  const scenarios = [...new Set(runs.map((run) => run.scenario))];
  const repeated = scenarios
    .map((scenario) => runs.filter((run) => run.scenario === scenario).map((run) => run.evidence))
    .filter((evidence) => evidence.length > 1);
  const projection = restoreProjection(runs, productionBytes);
  const record: DrillRecord = {
    schemaVersion: drillSchemaVersion,
    drill: name,
    title,
    startedAt,
    verdict: worstVerdict([
      ...items.map((item) => item.verdict),
      ...runs.map((run) => run.evidence.verdict),
      ...(complete ? [] : (["inconclusive"] as const)),
    ]),
    items,
    // Restores of different sizes are no repeats of each other: their line says more.
    distributions: projection === undefined ? repeated.map((evidence) => distributionOf(evidence)) : [],
  };
  await writeDrillRecord(directory, record);
  const files: ReportFiles = {
    ...(await renderDrillReport(record, runs, projection)),
    "junit.xml": renderJunit(runs.map((run) => run.evidence)),
  };
  await Promise.all(Object.entries(files).map(([file, text]) => writeFile(join(directory, file), text)));
  return record;
}

function itemOfRepeats(runs: readonly DrillRun[], planned: number): ChecklistItem {
  return {
    text: `All ${planned} runs meet the objectives`,
    line: null,
    scenarios: [...new Set(runs.map((run) => run.scenario))],
  };
}
