import { join } from "node:path";
import { HarnessError } from "../harness-error.ts";
import type { Runbook } from "../runbook/model.ts";
import { parseRunbook } from "../runbook/parse.ts";
import { readMarkdownFile, splitReference } from "../runbook/read-runbook.ts";
import { sectionSettings } from "../runbook/section-settings.ts";
import { projectDirectory } from "./project-directory.ts";
import { readPromises, type Promises } from "./objectives.ts";
import type { ProcedureTexts, RunbookReference, ScenarioDefinition } from "./scenario.ts";

export interface RunbookOptions {
  /** `FILE[#section]` of the user's, instead of the scenario's own. */
  readonly runbook?: string;
  /** `FILE[#section]` of the user's that prepares the system, instead of the scenario's own. */
  readonly preparation?: string;
  /** `FILE[#section]` of the user's that makes the backup which their runbook restores. */
  readonly backup?: string;
  readonly asDocumented?: boolean;
  /** Turns a path of the user's into an absolute one. */
  readonly resolvePath: (path: string) => string;
}

export interface ChosenRunbook {
  readonly runbook: Runbook;
  /** The whole document, for its objectives and delays. */
  readonly markdown: string;
  /** What its section puts into a configuration file; empty where that is nothing. */
  readonly settings: string;
  readonly promises: Promises;
  /** The procedure that prepares the system, for a scenario that needs one; the ids of its steps begin with `prepare-`. */
  readonly preparation?: Runbook;
  /** The procedure of the backup, for a scenario that makes one; the ids of its steps begin with `backup-`. */
  readonly backup?: Runbook;
}

type ReadRunbook = Pick<ChosenRunbook, "runbook" | "markdown" | "settings">;

/** What is followed before the runbook, in this order. */
export function proceduresBefore({ preparation, backup }: ChosenRunbook): readonly Runbook[] {
  return [preparation, backup].filter((procedure) => procedure !== undefined);
}

/** The commands of a runbook, as written. */
export function commandsOf({ steps }: Runbook): string {
  return steps.flatMap(({ commands }) => commands.map(({ text }) => text)).join("\n");
}

/** The scenario over the system that the followed section configures, where it configures one. */
export function configuredBy(
  scenario: ScenarioDefinition,
  { settings }: Pick<ChosenRunbook, "settings">,
): ScenarioDefinition {
  if (scenario.configured === undefined || settings === "") return scenario;
  return { ...scenario, system: scenario.configured(scenario.system, settings) };
}

/** Reads and parses the runbook that a run of this scenario follows. */
export async function chooseRunbook(
  scenario: ScenarioDefinition,
  options: RunbookOptions,
): Promise<ChosenRunbook> {
  const read = await chooseProcedure(scenario, options);
  const preparation = await chooseBeside(scenario.preparation, "prepare", options.preparation, options);
  const backup = await chooseBeside(scenario.backup, "backup", options.backup, options);
  return {
    ...read,
    promises: await readPromises(scenario, read),
    ...(preparation === undefined ? {} : { preparation }),
    ...(backup === undefined ? {} : { backup }),
  };
}

/** A procedure that is followed beside the runbook; the ids of its steps begin with `prefix`, so that each is there once in a run. */
async function chooseBeside(
  texts: ProcedureTexts | undefined,
  prefix: string,
  own: string | undefined,
  { asDocumented, resolvePath }: RunbookOptions,
): Promise<Runbook | undefined> {
  if (texts === undefined) return undefined;
  const stated = asDocumented === true ? texts.asDocumented : texts.runbook;
  const reference = own ?? stated;
  if (reference === undefined) return undefined;
  const { runbook } = await readReference(reference, own === undefined ? fromProject : resolvePath);
  return { ...runbook, steps: runbook.steps.map((step) => ({ ...step, id: `${prefix}-${step.id}` })) };
}

async function chooseProcedure(scenario: ScenarioDefinition, options: RunbookOptions): Promise<ReadRunbook> {
  const { configured } = scenario;
  if (options.runbook !== undefined) return readReference(options.runbook, options.resolvePath, configured);
  if (options.asDocumented === true) {
    if (scenario.asDocumented === undefined) {
      throw new HarnessError(
        `The scenario ${scenario.name} names no documented text to follow: leave --as-documented out, or give one with --runbook.`,
        { code: "no-documented-text", exitStatus: 64 },
      );
    }
    return readReference(scenario.asDocumented, fromProject, configured);
  }
  return readPreceded(scenario);
}

/** The scenario's own runbook with the steps of the sections before it, whose ids begin with their section's. */
async function readPreceded({
  runbook,
  precededBy = [],
  configured,
}: ScenarioDefinition): Promise<ReadRunbook> {
  const read = await readReference(runbook, fromProject, configured);
  const before = await Promise.all(precededBy.map((reference) => readReference(reference, fromProject)));
  const steps = before.flatMap((each) =>
    each.runbook.steps.map((step) => ({ ...step, id: `${each.runbook.slug}-${step.id}` })),
  );
  return { ...read, runbook: { ...read.runbook, steps: [...steps, ...read.runbook.steps] } };
}

async function readReference(
  reference: RunbookReference,
  resolvePath: (path: string) => string,
  configured?: ScenarioDefinition["configured"],
): Promise<ReadRunbook> {
  const { file, slug } = splitReference(typeof reference === "string" ? reference : reference.reference);
  const original = await readMarkdownFile(resolvePath(file));
  const markdown = typeof reference === "string" ? original : edited(original, reference.edit, file);
  const settings = sectionSettings(markdown, file, slug);
  // A section that configures the system is followed by configuring it.
  const needsSteps = configured === undefined || settings === "";
  return { runbook: await parseRunbook(markdown, file, slug, needsSteps), markdown, settings };
}

/** An edit that changes nothing would turn a proof into a plain run that proves nothing. */
function edited(original: string, edit: (markdown: string) => string, file: string): string {
  const markdown = edit(original);
  if (markdown === original) throw new TypeError(`the edit of ${file} changed nothing`);
  return markdown;
}

function fromProject(path: string): string {
  return join(projectDirectory, path);
}
