import type { WrittenAttributes } from "./attributes.ts";
import { readTitle } from "./effect.ts";
import type { RunbookCommand, RunbookStep } from "./model.ts";

/** A step as it is found, before it has its id. */
export interface DraftStep {
  /** As written: `3`, `2a`; undefined where the author gave none. */
  readonly number?: string;
  readonly title: string;
  readonly heading: string;
  /** Line of its text; a step with commands is known by the line of its first command. */
  readonly line: number;
  readonly text: string;
  readonly commands: readonly RunbookCommand[];
  readonly attributes: WrittenAttributes;
  /** Why it is a person's job although it seems to hold commands: one clause. */
  readonly manualBecause?: string;
}

/** Numbers stay as written; steps without one get their position; what is taken gets `-2`, `-3`. */
export function finishSteps(drafts: readonly DraftStep[]): RunbookStep[] {
  const taken = new Set<string>();
  const ids = new Map<DraftStep, string>();
  const claim = (draft: DraftStep, wanted: string): void => {
    let id = wanted;
    for (let copy = 2; taken.has(id); copy += 1) id = `${wanted}-${copy}`;
    taken.add(id);
    ids.set(draft, id);
  };
  for (const draft of drafts) if (draft.number !== undefined) claim(draft, draft.number);
  for (const [index, draft] of drafts.entries())
    if (draft.number === undefined) claim(draft, String(index + 1));
  return drafts.map((draft) => finish(draft, ids.get(draft) ?? ""));
}

function finish(draft: DraftStep, id: string): RunbookStep {
  const { effect: written, ...attributes } = draft.attributes;
  const fromTitle = readTitle(draft.title);
  const effect = written === undefined ? fromTitle.effect : { name: written, from: "attribute" };
  return {
    id,
    title: draft.title,
    heading: draft.heading,
    line: draft.commands[0]?.line ?? draft.line,
    kind: draft.commands.length > 0 ? "command" : "manual",
    text: draft.text,
    commands: draft.commands,
    attributes,
    ...(draft.manualBecause === undefined ? {} : { manualBecause: draft.manualBecause }),
    ...(effect === undefined ? {} : { effect }),
    meansToChange: written === undefined || written === "none" ? fromTitle.meansToChange : true,
  };
}
