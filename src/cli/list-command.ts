import { loadScenarios } from "../authoring/catalogue.ts";
import { loadDrills } from "../checklist/load-drills.ts";

/** `drill list`: what can be run, one line each. */
export async function listCommand(options: { readonly json: boolean }): Promise<void> {
  const [drills, scenarios] = await Promise.all([loadDrills(), loadScenarios()]);
  if (options.json) {
    const document = {
      drills: [...drills.values()].map(({ name, title, scenarios: parts }) => ({
        name,
        title,
        scenarios: parts.map((part) => part.name),
      })),
      scenarios: [...scenarios.values()].map(({ name, title, tags }) => ({ name, title, tags: tags ?? [] })),
    };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const width = Math.max(...[...drills.keys(), ...scenarios.keys()].map((name) => name.length)) + 2;
  const lines = [
    "Drills (checklists over scenarios):",
    ...[...drills.values()].map((drill) => `  ${drill.name.padEnd(width)}${drill.title}`),
    "",
    "Scenarios (one disaster each):",
    ...[...scenarios.values()].map((scenario) => `  ${scenario.name.padEnd(width)}${scenario.title}`),
    "",
    "Run one with `drill NAME`; see what it would do with `drill plan NAME`.",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
