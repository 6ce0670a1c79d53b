import { join } from "node:path";
import { projectDirectory } from "../authoring/project-directory.ts";
import { chooseRunbook } from "../authoring/runbook-choice.ts";
import type { ScenarioDefinition } from "../authoring/scenario.ts";
import { systemImages } from "../authoring/system-images.ts";
import { prepareEngine } from "../engine/prepare-engine.ts";
import { prepareOutputDirectory, requireEmptyDirectory } from "../evidence/output-directory.ts";
import { runAll, type PlannedRun } from "./run-all.ts";
import { findTarget } from "./find-target.ts";
import { selectScenarios } from "./select-scenarios.ts";
import { userPath } from "./user-path.ts";

export interface RunCommandOptions {
  readonly runbook?: string;
  readonly backup?: string;
  readonly asDocumented?: boolean;
  readonly out?: string;
  readonly keep?: boolean;
  readonly repeat?: number;
  readonly seed?: string;
  readonly tag: readonly string[];
  readonly json?: boolean;
}

/** `drill run`: runs a drill or a scenario and returns the exit status. Whatever can be refused is refused before anything starts. */
export async function runCommand(name: string, options: RunCommandOptions): Promise<number> {
  const target = await findTarget(name);
  const scenarios = selectScenarios(
    name,
    target.kind === "drill" ? target.drill.scenarios : [target.scenario],
    options,
  );
  const runs = await planRuns(scenarios, options, target.kind === "drill");
  if (options.out !== undefined) await requireEmptyDirectory(userPath(options.out));
  await prepareEngine([...new Set(scenarios.flatMap(({ system }) => systemImages(system)))]);
  const outDirectory = await prepareOutputDirectory({
    ...(options.out === undefined ? {} : { out: userPath(options.out) }),
    reportsDirectory: join(projectDirectory, "reports"),
    name,
    startedAt: new Date(),
  });
  return runAll(runs, {
    outDirectory,
    json: options.json === true,
    keep: options.keep === true,
    seed: options.seed,
    drill: target.kind === "drill" ? target.drill : undefined,
    name,
    title: target.kind === "drill" ? target.drill.title : target.scenario.title,
  });
}

async function planRuns(
  scenarios: readonly ScenarioDefinition[],
  options: RunCommandOptions,
  isDrill: boolean,
): Promise<readonly PlannedRun[]> {
  const repeats = options.repeat ?? 1;
  const alone = !isDrill && scenarios.length === 1 && repeats === 1;
  const chosen = await Promise.all(
    scenarios.map(async (scenario) => ({
      scenario,
      chosen: await chooseRunbook(scenario, { ...options, resolvePath: userPath }),
    })),
  );
  return Array.from({ length: repeats }, (_, repeat) =>
    chosen.map((run) => ({
      ...run,
      repeat,
      folder: alone ? "" : repeat === 0 ? run.scenario.name : `${run.scenario.name}@${repeat + 1}`,
    })),
  ).flat();
}
