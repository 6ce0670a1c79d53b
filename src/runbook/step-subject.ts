import type { SystemState } from "../timeline/system-state.ts";
import { fileNamesIn } from "./effect.ts";
import type { EffectName, RunbookStep } from "./model.ts";

/** What a step is about, of the things that exist in the state. */
export interface StepSubject {
  /** Names found; empty when the step names none. */
  readonly names: readonly string[];
  /** The commands that do the work name them, so that each of them is meant. */
  readonly explicit: boolean;
}

/** Which commands do the work of an effect; the rest of a step may only look, and name other services. */
const doing: Partial<Record<EffectName, RegExp>> = {
  "node:promoted": /promote|(?:REPLICA|SLAVE)OF\s+NO\s+ONE/i,
  "node:stopped": /\b(?:stop|kill|pause|rm|down|disconnect|shutdown|disable)\b/i,
  "node:started": /\b(?:start|up|unpause|run)\b/i,
  "container:stopped": /\b(?:stop|kill|pause|rm|down)\b/i,
  "container:started": /\b(?:start|up|unpause|run)\b/i,
  "container:restarted": /\b(?:restart|start|up)\b/i,
  "container:recreated": /\b(?:up|create|run)\b/i,
};

/** The services that a step's commands name. */
export function servicesOf(step: RunbookStep, effect: EffectName, services: readonly string[]): StepSubject {
  const mentioned = (texts: readonly string[]): string[] =>
    services.filter((service) => texts.some((text) => mentions(withoutLogins(text), service)));
  // On another host a name means that host's service.
  const texts = step.commands.map(({ text }) => text).filter((text) => !/(?:^|[|;&]\s*)ssh\s/.test(text));
  const working = mentioned(texts.filter((text) => doing[effect]?.test(text) === true));
  if (working.length > 0) return { names: working, explicit: true };
  return { names: mentioned(texts), explicit: false };
}

/** The files that a step means: named in its title, else in its commands. */
export function filesOf(step: RunbookStep, state: SystemState): StepSubject {
  const inTitle = fileNamesIn(step.title);
  if (inTitle.length > 0) return { names: inTitle, explicit: true };
  const known = Object.keys(state.files).filter((file) =>
    step.commands.some(({ text }) => mentions(text, file)),
  );
  return { names: known, explicit: false };
}

function mentions(text: string, name: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(String.raw`(?<![\w.-])${escaped}(?![\w-])`).test(text);
}

/** `-u postgres` names a user, `psql -d postgres` a database, and neither is a service. */
function withoutLogins(text: string): string {
  return text
    .replace(/(?:^|\s)(?:-[uU]|--user(?:name)?)[ =]?\s*\S+/g, " ")
    .replace(/(?<=\b(?:psql|pg_\w+)\b[^|;&]*)\s(?:-d|--dbname)[ =]?\s*\S+/g, " ");
}
