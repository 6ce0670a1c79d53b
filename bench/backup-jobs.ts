import { join } from "node:path";
import { projectDirectory } from "../src/authoring/project-directory.ts";
import { connectEngine } from "../src/engine/engine.ts";
import { execInContainer } from "../src/engine/exec.ts";
import { followRunbook } from "../src/runbook/follow.ts";
import type { StepResult } from "../src/runbook/model.ts";
import { parseRunbook } from "../src/runbook/parse.ts";
import { readMarkdownFile } from "../src/runbook/read-runbook.ts";
import { RunClock } from "../src/timeline/clock.ts";
import { startTopology } from "../src/topology/start-topology.ts";
import type { StartedTopology } from "../src/topology/started-topology.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";

/** Enough for the work to outweigh the starting of programs. */
export const backedUpRows = 500_000;

const limitMs = 600_000;
const runbookFile = "runbooks/backup.md";

/** The system with something to back up. */
export async function startWithData(runId: string): Promise<StartedTopology> {
  return startTopology(abtpro({ baseRows: backedUpRows, backups: true }), {
    runId,
    clock: new RunClock(),
    engine: await connectEngine(),
  });
}

/** Seconds of each step of a section of the backup runbook, by the name of the step. */
export async function followSection(
  topology: StartedTopology,
  slug: string,
): Promise<ReadonlyMap<string, number>> {
  const markdown = await readMarkdownFile(join(projectDirectory, runbookFile));
  const { steps } = await followRunbook({
    runbook: await parseRunbook(markdown, runbookFile, slug),
    docker: topology.docker,
    operator: topology.operator,
    runId: topology.runId,
    clock: new RunClock(),
    // The commands are measured, not what the harness looks at after each of them.
    observeState: () => Promise.resolve({ files: {}, nodes: [], containers: [] }),
    drainExecs: () => [],
    redact: (text) => text,
    emit: () => undefined,
  });
  return new Map(
    steps.map((result) => [result.step.attributes.name ?? result.step.id, secondsOfStep(result)]),
  );
}

/** Seconds that steps took together; every one of them when none is named. */
export function together(
  steps: ReadonlyMap<string, number>,
  names: readonly string[] = [...steps.keys()],
): number {
  return names.reduce((sum, name) => {
    const seconds = steps.get(name);
    if (seconds === undefined) throw new TypeError(`no step ${name} in ${[...steps.keys()].join(", ")}`);
    return sum + seconds;
  }, 0);
}

/** Runs what a person would type, in the same container and folder as the steps. */
export async function byHand(topology: StartedTopology, script: string): Promise<string> {
  const { checkout, containerId } = topology.operator;
  const argv = ["bash", "-euc", `set -o pipefail; cd ${checkout}; ${script}`];
  const { exitStatus, stdout, stderr } = await execInContainer(topology.docker, containerId, argv, {
    timeoutMs: limitMs,
  });
  if (exitStatus !== 0) throw new Error(`${script.slice(0, 80)} ended with ${exitStatus}: ${stderr}`);
  return stdout;
}

function secondsOfStep({ step, outcome, reason, startedAt, finishedAt }: StepResult): number {
  if (outcome !== "succeeded") throw new Error(`step ${step.id} is ${outcome}: ${reason ?? ""}`);
  return (finishedAt - startedAt) / 1000;
}
