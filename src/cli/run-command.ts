import { join } from "node:path";
import { projectDirectory } from "../authoring/project-directory.ts";
import { chooseRunbook } from "../authoring/runbook-choice.ts";
import type { ScenarioDefinition } from "../authoring/scenario.ts";
import { systemImages } from "../authoring/system-images.ts";
import { parseBytes } from "../backup-proof/sandbox-limits.ts";
import { prepareEngine } from "../engine/prepare-engine.ts";
import { prepareOutputDirectory, requireEmptyDirectory } from "../evidence/output-directory.ts";
import { HarnessError } from "../harness-error.ts";
import { runAll, type PlannedRun } from "./run-all.ts";
import { findTarget } from "./find-target.ts";
import { selectScenarios } from "./select-scenarios.ts";
import { userPath } from "./user-path.ts";

export interface RunCommandOptions {
  readonly runbook?: string;
  readonly preparation?: string;
  readonly backup?: string;
  readonly asDocumented?: boolean;
  readonly out?: string;
  readonly keep?: boolean;
  readonly repeat?: number;
  readonly seed?: string;
  readonly rows: readonly number[];
  readonly productionSize?: string;
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
  const productionBytes = readSize(options.productionSize);
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
    productionBytes,
  });
}

async function planRuns(
  scenarios: readonly ScenarioDefinition[],
  options: RunCommandOptions,
  isDrill: boolean,
): Promise<readonly PlannedRun[]> {
  const repeats = options.repeat ?? 1;
  const sizes = options.rows.length === 0 ? [undefined] : options.rows;
  const alone = !isDrill && scenarios.length === 1 && repeats === 1 && sizes.length === 1;
  const chosen = await Promise.all(
    scenarios.map(async (scenario) => ({
      scenario,
      chosen: await chooseRunbook(scenario, { ...options, resolvePath: userPath }),
    })),
  );
  const rounds = Array.from({ length: repeats }, (_, repeat) =>
    sizes.map((rows) => ({ repeat, rows })),
  ).flat();
  return rounds.flatMap(({ repeat, rows }, round) =>
    chosen.map((run) => ({
      chosen: run.chosen,
      scenario: rows === undefined ? run.scenario : withRows(run.scenario, rows),
      repeat,
      folder: alone ? "" : round === 0 ? run.scenario.name : `${run.scenario.name}@${round + 1}`,
    })),
  );
}

/** The same scenario over a database of another size. */
function withRows(scenario: ScenarioDefinition, baseRows: number): ScenarioDefinition {
  const { system } = scenario;
  const { postgres } = system.stores;
  if (postgres === undefined) return scenario;
  return {
    ...scenario,
    system: { ...system, stores: { ...system.stores, postgres: { ...postgres, baseRows } } },
  };
}

function readSize(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const bytes = parseBytes(text);
  if (bytes !== undefined && bytes > 0) return bytes;
  throw new HarnessError(
    `Expected --production-size to be a size such as 200GiB, found ${JSON.stringify(text)}; write a number and a unit.`,
    { code: "bad-size", exitStatus: 64 },
  );
}
