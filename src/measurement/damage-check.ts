import type { StepOutcome, StepResult } from "../runbook/model.ts";
import type { DamageReading, TimelineEvent } from "../timeline/event.ts";
import { eventsOfKind } from "./events-of-kind.ts";

/** What the steps of a runbook made of one planted damage. */
export interface DamageCheck {
  readonly damage: string;
  readonly planted: DamageReading;
  readonly undone: DamageReading;
  /** In the order of the runbook. A step that raises its alarm over intact data too tells nothing, and is none of them. */
  readonly noticedBy: readonly StepResult[];
}

/** A step says that something is wrong: by its status, by an error that it printed, by not coming to its end. */
export function raisesAlarm(outcome: StepOutcome): boolean {
  return outcome === "failed" || outcome === "timed-out" || outcome === "no-effect";
}

/** Each damage of a run, in the order in which they were planted. */
export function damageChecks(events: readonly TimelineEvent[]): DamageCheck[] {
  const crying = new Set(falseAlarms(events).map(({ step }) => step.id));
  return eventsOfKind(events, "check-finished").map(({ damage, planted, undone, results }) => ({
    damage,
    planted,
    undone,
    noticedBy: results.filter(({ outcome, step }) => raisesAlarm(outcome) && !crying.has(step.id)),
  }));
}

/** Steps that looked for damage in intact data, and raised an alarm. */
export function falseAlarms(events: readonly TimelineEvent[]): StepResult[] {
  const looking = new Set(
    eventsOfKind(events, "check-finished").flatMap(({ results }) => results.map(({ step }) => step.id)),
  );
  return eventsOfKind(events, "step-finished")
    .map(({ result }) => result)
    .filter(({ outcome, step }) => raisesAlarm(outcome) && looking.has(step.id));
}

/** The command of a step that raised its alarm, and what it printed last; undefined where no single command did. */
export function alarmOf({
  commands,
}: StepResult): { readonly line: number; readonly printed: string } | undefined {
  const command = commands.find(
    ({ exitStatus, printedError, ended }) =>
      exitStatus !== 0 || printedError !== undefined || ended !== undefined,
  );
  if (command === undefined) return undefined;
  const lines = command.output.split("\n").filter((line) => line.trim() !== "");
  return { line: command.line, printed: command.printedError ?? lines.slice(-3).join("\n") };
}
