import { stepRan } from "../measurement/recorded-run.ts";
import { eventsOfKind, firstOfKind } from "../measurement/events-of-kind.ts";
import type { StepResult } from "../runbook/model.ts";
import type { Observation, Rule, Rules } from "./rule.ts";

/** A rule about each result of a step by itself; returns why, or undefined. */
function aboutEachStep(why: (result: StepResult) => string | undefined): Rule {
  return {
    find: ({ run }) =>
      run.steps.flatMap((result): Observation[] => {
        const message = why(result);
        return message === undefined
          ? []
          : [{ message: `${named(result)} ${message}`, step: result.step.id }];
      }),
  };
}

function named({ step }: StepResult): string {
  return `Step ${step.id} (line ${step.line}, ${step.title})`;
}

function printedError({ commands }: StepResult): string | undefined {
  return commands.find((command) => command.printedError !== undefined)?.printedError;
}

/** It exited as it should, and what it printed is all there is against it. */
function onlyPrintedAnError(result: StepResult): boolean {
  return printedError(result) !== undefined && result.exitStatus === 0;
}

/** An effect that held before excuses the command that could not bring it about again: a fence after a kill. */
function succeededWithoutStatus({ outcome, exitStatus, commands, already, step }: StepResult): boolean {
  if (outcome !== "succeeded" || already || step.attributes.expect !== undefined) return false;
  return commands.length > 0 && exitStatus !== 0;
}

const stepFailed = aboutEachStep((result) => {
  const failed = result.outcome === "failed" && !onlyPrintedAnError(result);
  if (!failed && !succeededWithoutStatus(result)) return undefined;
  const status = result.exitStatus === null ? "no exit status" : `exit status ${result.exitStatus}`;
  return `should have succeeded, and failed with ${status}${because(result)}.`;
});

const stepPrintedError = aboutEachStep((result) => {
  // Its author said what to expect, or what it is for held before: a fence after a kill.
  const trusted =
    result.outcome === "succeeded" && (result.already || result.step.attributes.expect !== undefined);
  if (trusted || !onlyPrintedAnError(result)) return undefined;
  if (result.outcome !== "failed" && result.outcome !== "succeeded") return undefined;
  return `exited 0 and printed an error: ${(printedError(result) ?? "").replace(/\.$/, "")}.`;
});

const stepTimedOut = aboutEachStep((result) =>
  result.outcome === "timed-out" && !waitedForInput(result)
    ? `should have ended, and was stopped after ${((result.finishedAt - result.startedAt) / 1_000).toFixed(1)} s${because(result)}.`
    : undefined,
);

const stepWaitedForInput = aboutEachStep((result) =>
  waitedForInput(result)
    ? `should run without a person at the terminal, and waited for input${because(result)}.`
    : undefined,
);

function waitedForInput({ commands }: StepResult): boolean {
  return commands.some(({ ended }) => ended === "waited-for-input");
}

const stepNoEffect = aboutEachStep((result) =>
  result.outcome === "no-effect"
    ? `should have had the effect ${result.step.effect?.name ?? "that its title names"}, and had none${because(result)}.`
    : undefined,
);

const manualStepLeft = aboutEachStep((result) =>
  result.outcome === "manual" ? "has to be done by a person, and nobody did it." : undefined,
);

function because({ reason }: StepResult): string {
  return reason === undefined ? "" : `: ${reason.replace(/\.$/, "")}`;
}

const stepNotRun: Rule = {
  find: ({ run }) => {
    const { steps, events, faultAt } = run;
    const found: Observation[] = steps
      .filter(({ outcome, commands, step }) =>
        outcome === "not-run"
          ? step.attributes.excludeFromRunAll !== true
          : outcome === "succeeded" && commands.length === 0,
      )
      .map((result) => ({
        message: `${named(result)} should have run, and ran no command${because(result)}.`,
        step: result.step.id,
      }));
    const ended = new Set(steps.map(({ step }) => step.id));
    for (const { step, title } of eventsOfKind(events, "step-started")) {
      if (!ended.has(step))
        found.push({ message: `Step ${step} (${title}) was begun and has no result.`, step });
    }
    // A run that was cut off has that as its own reason.
    if (
      firstOfKind(events, "interrupted") !== undefined ||
      firstOfKind(events, "baseline-failed") !== undefined
    ) {
      return found;
    }
    const ran = steps.filter(stepRan);
    if (ran.length === 0) {
      found.push({ message: "Expected commands of the runbook to run, found that none did." });
    } else if (faultAt !== undefined && !ran.some(({ finishedAt }) => finishedAt > faultAt)) {
      found.push({
        message: "Expected the runbook to be followed after the fault, found that it ended before.",
      });
    }
    if (firstOfKind(events, "runbook-finished") === undefined) {
      found.push({ message: "Expected the runbook to be followed to its end, found no sign of that." });
    }
    return found;
  },
};

/** Promoting while the old primary may still take writes is how two truths begin. */
const promotedAfterFailedFence: Rule = {
  find: ({ run: { steps } }) =>
    steps.flatMap((fence, position) => {
      if (fence.step.effect?.name !== "node:stopped") return [];
      if (fence.outcome !== "failed" && fence.outcome !== "no-effect" && fence.outcome !== "timed-out")
        return [];
      const promotion = steps.slice(position + 1).find(promoted);
      if (promotion === undefined) return [];
      return [
        {
          message: `${named(promotion)} promoted a node although the fence before it, step ${fence.step.id}, had ${
            fence.outcome === "no-effect" ? "no effect" : fence.outcome === "failed" ? "failed" : "timed out"
          }.`,
          step: promotion.step.id,
        },
      ];
    }),
};

function promoted({ step, outcome, already, changes }: StepResult): boolean {
  if (
    changes.some(
      ({ kind, before, after }) => kind === "role" && /^replica/.test(before) && /^primary/.test(after),
    )
  ) {
    return true;
  }
  return step.effect?.name === "node:promoted" && outcome === "succeeded" && !already;
}

/** Every step did what it is for. */
export const stepRules = {
  "step-failed": stepFailed,
  "step-printed-error": stepPrintedError,
  "step-timed-out": stepTimedOut,
  "step-waited-for-input": stepWaitedForInput,
  "step-no-effect": stepNoEffect,
  "manual-step-left": manualStepLeft,
  "step-not-run": stepNotRun,
  "promoted-after-failed-fence": promotedAfterFailedFence,
} as const satisfies Rules;
