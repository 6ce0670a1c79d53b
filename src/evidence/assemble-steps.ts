import type { Runbook, RunbookStep, StepResult } from "../runbook/model.ts";
import type { TimelineEvent } from "../timeline/event.ts";
import type { EvidenceStep } from "./evidence.ts";
import { eventsOfKind } from "../measurement/events-of-kind.ts";
import { inSeconds } from "./in-seconds.ts";

/**
 * Steps in the order in which they ran, then those of the procedures that no event speaks about: they were not run. Each with the
 * document that it stands in.
 */
export function assembleSteps(
  events: readonly TimelineEvent[],
  procedures: readonly Runbook[],
): EvidenceStep[] {
  const results = eventsOfKind(events, "step-finished").map((event) => event.result);
  const ran = new Set(results.map((result) => result.step.id));
  const left = procedures.flatMap(({ steps }) => steps).filter((step) => !ran.has(step.id));
  const files = new Map(
    procedures.flatMap(({ file, steps }) => steps.map((step) => [step.id, file] as const)),
  );
  return [...results.map(stepOf), ...left.map(stepNotRun)].map((step) => {
    const file = files.get(step.id);
    return file === undefined ? step : { ...step, file };
  });
}

function stepOf(result: StepResult): EvidenceStep {
  return {
    ...describe(result.step),
    outcome: result.outcome,
    already: result.already,
    exitStatus: result.exitStatus,
    startedAtSeconds: result.outcome === "not-run" ? null : inSeconds(result.startedAt),
    seconds: inSeconds(result.finishedAt - result.startedAt),
    output: result.output,
    reason: result.reason ?? null,
    changes: result.changes.map(({ kind, subject, before, after }) => ({ kind, subject, before, after })),
    executedIn: [...result.executedIn],
    commands: result.commands.map((command) => ({
      text: command.text,
      line: command.line,
      exitStatus: command.exitStatus,
      seconds: inSeconds(command.finishedAt - command.startedAt),
      output: command.output,
      printedError: command.printedError ?? null,
      ended: command.ended ?? null,
    })),
  };
}

function stepNotRun(step: RunbookStep): EvidenceStep {
  return {
    ...describe(step),
    outcome: "not-run",
    already: false,
    exitStatus: null,
    startedAtSeconds: null,
    seconds: 0,
    output: "",
    reason: null,
    changes: [],
    executedIn: [],
    commands: [],
  };
}

function describe(
  step: RunbookStep,
): Pick<EvidenceStep, "id" | "title" | "heading" | "line" | "command" | "kind" | "effect"> {
  const commands = step.commands.map((command) => command.text).join("\n");
  return {
    id: step.id,
    title: step.title,
    heading: step.heading,
    line: step.line,
    command: commands === "" ? step.text : commands,
    kind: step.kind,
    effect: step.effect === undefined ? null : { name: step.effect.name, from: step.effect.from },
  };
}
