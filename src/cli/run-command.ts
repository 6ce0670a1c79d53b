import { join } from "node:path";
import { projectDirectory } from "../authoring/project-directory.ts";
import { chooseRunbook } from "../authoring/runbook-choice.ts";
import type { ScenarioDefinition } from "../authoring/scenario.ts";
import type { DrillDefinition } from "../checklist/drill.ts";
import { systemImages } from "../authoring/system-images.ts";
import { prepareEngine } from "../engine/prepare-engine.ts";
import { prepareOutputDirectory, requireEmptyDirectory } from "../evidence/output-directory.ts";
import { HarnessError } from "../harness-error.ts";
import { runAll, type PlannedRun } from "./run-all.ts";
import { findTarget } from "./find-target.ts";
import { userPath } from "./user-path.ts";

export interface RunCommandOptions {
  readonly runbook?: string;
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

function selectScenarios(
  name: string,
  all: DrillDefinition["scenarios"],
  { runbook, asDocumented, tag }: RunCommandOptions,
): readonly ScenarioDefinition[] {
  if (runbook !== undefined && asDocumented === true) {
    throw new HarnessError("--runbook and --as-documented name two texts to follow: leave one of them out.", {
      code: "two-runbooks",
      exitStatus: 64,
    });
  }
  if (runbook !== undefined && all.length > 1) {
    throw new HarnessError(
      `--runbook needs one scenario, and the drill ${name} has ${all.length}: name one of ${all.map((scenario) => scenario.name).join(", ")}.`,
      { code: "runbook-with-drill", exitStatus: 64 },
    );
  }
  const chosen = all.filter((scenario) => tag.every((wanted) => scenario.tags?.includes(wanted) === true));
  if (chosen.length === 0) {
    throw new HarnessError(
      `No scenario of ${name} carries the tag ${tag.join(" and ")}: see \`drill list --json\` for the tags.`,
      { code: "no-such-tag", exitStatus: 64 },
    );
  }
  return chosen;
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
