import { closest, distance } from "fastest-levenshtein";
import { loadScenarios } from "../authoring/catalogue.ts";
import type { ScenarioDefinition } from "../authoring/scenario.ts";
import type { DrillDefinition } from "../checklist/drill.ts";
import { loadDrills } from "../checklist/load-drills.ts";
import { HarnessError } from "../harness-error.ts";
import { subcommands } from "./normalise-arguments.ts";

export type Target =
  | { readonly kind: "drill"; readonly drill: DrillDefinition }
  | { readonly kind: "scenario"; readonly scenario: ScenarioDefinition };

/** The drill or scenario of that name; a HarnessError with the nearest name where there is none. */
export async function findTarget(name: string): Promise<Target> {
  const [drills, scenarios] = await Promise.all([loadDrills(), loadScenarios()]);
  const drill = drills.get(name);
  if (drill !== undefined) return { kind: "drill", drill };
  const scenario = scenarios.get(name);
  if (scenario !== undefined) return { kind: "scenario", scenario };
  const known = [...drills.keys(), ...scenarios.keys()];
  const nearest = closest(name, [...known, ...subcommands]);
  const isNear = distance(name, nearest) <= Math.max(2, Math.floor(name.length / 3));
  const hint = isNear ? `did you mean "${nearest}"?` : `there are ${known.join(", ")};`;
  throw new HarnessError(
    `Expected the name of a drill or scenario, found "${name}": ${hint} \`drill list\` shows them all.`,
    {
      code: "unknown-name",
      exitStatus: 64,
    },
  );
}
