import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { readDocumentedDelays } from "../runbook/documented-delays.ts";
import { readObjectives } from "../runbook/objectives.ts";
import type { DocumentedDelay, Objectives } from "../timeline/event.ts";
import { projectDirectory } from "./project-directory.ts";
import type { ChosenRunbook } from "./runbook-choice.ts";
import type { ScenarioDefinition } from "./scenario.ts";

/** The promises that a run is held against, and the delays that come on top of what it measures. */
export interface Promises {
  readonly objectives: Objectives;
  readonly documentedDelays: readonly DocumentedDelay[];
}

/**
 * Each objective comes from the document that is followed if it states it, else from the system's. Delays likewise, and only those
 * that the scenario says come before its first step.
 */
export async function readPromises(
  scenario: ScenarioDefinition,
  chosen: Pick<ChosenRunbook, "runbook" | "markdown">,
): Promise<Promises> {
  // Named relative to the project: a report is read on other machines.
  const systemDocument = relative(projectDirectory, scenario.system.objectivesDocument);
  const systemMarkdown = await readFile(scenario.system.objectivesDocument, "utf8");
  const own = readObjectives(chosen.markdown, chosen.runbook.file);
  const system = readObjectives(systemMarkdown, systemDocument);
  const ownDelays = applicableDelays(readDocumentedDelays(chosen.markdown, chosen.runbook.file), scenario);
  return {
    // Each by itself: a document that states an RPO alone does not do away with the RTO.
    objectives: { ...system, ...own, sources: { ...system.sources, ...own.sources } },
    documentedDelays:
      ownDelays.length > 0
        ? ownDelays
        : applicableDelays(readDocumentedDelays(systemMarkdown, systemDocument), scenario),
  };
}

function applicableDelays(
  delays: readonly DocumentedDelay[],
  scenario: ScenarioDefinition,
): DocumentedDelay[] {
  return delays.filter(
    (delay) => scenario.documentedDelays?.some((name) => delay.name.includes(name)) === true,
  );
}
