import { loadDefinitions } from "../authoring/catalogue.ts";
import type { DrillDefinition } from "./drill.ts";

/** All drills of `drills/`, by name. */
export async function loadDrills(): Promise<ReadonlyMap<string, DrillDefinition>> {
  const drills = await loadDefinitions("drills", ".ts", isDrill);
  return new Map(drills.map((drill) => [drill.name, drill]));
}

function isDrill(value: unknown): value is DrillDefinition {
  return typeof value === "object" && value !== null && "items" in value && "scenarios" in value;
}
