import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { projectDirectory } from "./project-directory.ts";
import type { ScenarioDefinition } from "./scenario.ts";

/** All scenarios of `scenarios/`, by name. */
export async function loadScenarios(): Promise<ReadonlyMap<string, ScenarioDefinition>> {
  const scenarios = await loadDefinitions("scenarios", ".scenario.ts", isScenario);
  return new Map(scenarios.map((scenario) => [scenario.name, scenario]));
}

/** Everything that the files in and under `folder` ending in `suffix` export and that `is` recognises, in the order of file names. */
export async function loadDefinitions<T>(
  folder: string,
  suffix: string,
  is: (value: unknown) => value is T,
): Promise<readonly T[]> {
  const directory = join(projectDirectory, folder);
  const files = (await readdir(directory, { recursive: true }))
    .filter((file) => file.endsWith(suffix))
    .sort();
  const modules = await Promise.all(
    files.map(
      (file) => import(pathToFileURL(join(directory, file)).href) as Promise<Record<string, unknown>>,
    ),
  );
  return modules.flatMap((module) => Object.values(module)).filter(is);
}

function isScenario(value: unknown): value is ScenarioDefinition {
  return typeof value === "object" && value !== null && "story" in value;
}
