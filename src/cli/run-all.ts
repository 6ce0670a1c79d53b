import { join } from "node:path";
import { keptRunMessage } from "../authoring/kept-run-message.ts";
import type { ChosenRunbook } from "../authoring/runbook-choice.ts";
import { runScenario } from "../authoring/run-scenario.ts";
import type { ScenarioDefinition } from "../authoring/scenario.ts";
import type { DrillDefinition, DrillRun } from "../checklist/drill.ts";
import { recordDrill } from "../checklist/record-drill.ts";
import { connectEngine } from "../engine/engine.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { readEvidence } from "../evidence/reader.ts";
import { HarnessError } from "../harness-error.ts";
import { terminalChecklist, terminalSummary } from "../report/terminal-summary.ts";
import { exitStatusOfVerdict, worstExitStatus } from "./exit-status.ts";
import { exitStatusOfSignal, watchForInterruption } from "./interruption.ts";
import { showProgress } from "./progress.ts";

export interface PlannedRun {
  readonly scenario: ScenarioDefinition;
  readonly chosen: ChosenRunbook;
  /** 0 for the first run of a scenario; varies the instant of the fault together with the seed. */
  readonly repeat: number;
  /** Folder relative to the drill's; empty for a scenario that runs alone. */
  readonly folder: string;
}

export interface RunAllOptions {
  readonly outDirectory: string;
  readonly json: boolean;
  readonly keep: boolean;
  readonly seed: string | undefined;
  readonly drill: DrillDefinition | undefined;
  readonly name: string;
  readonly title: string;
  /** Size of the database in production, for which the time of a restore is asked. */
  readonly productionBytes?: number | undefined;
}

/**
 * Runs one after the other, for each figure needs the machine to itself, and goes on after one that failed. Prints a summary of
 * each and, last on standard output, the path of the report.
 */
export async function runAll(runs: readonly PlannedRun[], options: RunAllOptions): Promise<number> {
  const interruption = watchForInterruption((line) => process.stderr.write(`${line}\n`), options);
  const startedAt = new Date().toISOString();
  const done: DrillRun[] = [];
  const statuses: number[] = [];
  for (const run of runs) {
    if (interruption.received() !== undefined) break;
    const progress = showProgress();
    try {
      const evidence = await runScenario(run.scenario, {
        outDirectory: join(options.outDirectory, run.folder),
        chosen: run.chosen,
        repeat: run.repeat,
        ...(options.seed === undefined ? {} : { seed: options.seed }),
        keep: options.keep,
        signal: interruption.signal,
        observer: progress,
      });
      done.push({ scenario: run.scenario.name, folder: run.folder, evidence });
      statuses.push(exitStatusOfVerdict[evidence.verdict]);
      progress.done();
      if (!options.json) process.stdout.write(terminalSummary(evidence, { colour: hasColour() }));
    } catch (error) {
      progress.done();
      const { message, status } = describeFailure(error);
      process.stderr.write(`drill: ${run.scenario.name}: ${message}\n`);
      statuses.push(status);
      // What it left says that it failed; a run that vanished from the record would make the rest look better than it was.
      const evidence = await readEvidence(join(options.outDirectory, run.folder)).catch(() => undefined);
      if (evidence !== undefined) done.push({ scenario: run.scenario.name, folder: run.folder, evidence });
    }
  }
  // An engine that is gone has nothing to reach, and must not cost the record.
  if (options.keep) await sayWhatIsKept(done).catch(() => undefined);
  const alone = runs.length === 1 && runs[0]?.folder === "";
  const record = alone
    ? undefined
    : await recordDrill(options.outDirectory, {
        ...options,
        startedAt,
        runs: done,
        planned: runs.length,
      });
  if (record !== undefined) statuses.push(exitStatusOfVerdict[record.verdict]);
  if (record !== undefined && !options.json)
    process.stdout.write(terminalChecklist(record, { colour: hasColour() }));
  if (options.json) process.stdout.write(`${JSON.stringify(jsonDocument(done, record), undefined, 2)}\n`);
  else if (done.length > 0) process.stdout.write(`${join(options.outDirectory, "report.md")}\n`);
  const signal = interruption.received();
  return signal === undefined ? worstExitStatus(statuses) : exitStatusOfSignal[signal];
}

function hasColour(): boolean {
  return process.stdout.isTTY && !process.env["NO_COLOR"];
}

/** Every run has ended by now, whatever its verdict; one whose start failed has left nothing. */
async function sayWhatIsKept(done: readonly DrillRun[]): Promise<void> {
  const { docker } = await connectEngine();
  for (const { evidence } of done) {
    const message = await keptRunMessage(docker, evidence.runId);
    if (message !== undefined) process.stderr.write(`drill: ${message}\n`);
  }
}

/** One sentence and an exit status for whatever ended a run; what is no HarnessError is a defect of the harness. */
function describeFailure(error: unknown): { readonly message: string; readonly status: number } {
  if (error instanceof HarnessError) return { message: error.message, status: error.exitStatus };
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `a defect of the harness: ${what}`, status: 70 };
}

function jsonDocument(done: readonly DrillRun[], record: object | undefined): Evidence | object {
  if (record === undefined) return done[0]?.evidence ?? {};
  return { ...record, runs: done.map(({ folder, evidence }) => ({ folder, evidence })) };
}
