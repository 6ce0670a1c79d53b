import type { StepResult } from "../runbook/model.ts";
import type { Instant } from "../timeline/clock.ts";
import type { Baseline, TimelineEvent } from "../timeline/event.ts";
import { eventsOfKind, firstOfKind, type EventOfKind } from "./events-of-kind.ts";

/** What the figures and the rules need of a timeline, read once. */
export interface RecordedRun {
  readonly events: readonly TimelineEvent[];
  readonly started?: EventOfKind<"run-started">;
  readonly baseline?: Baseline;
  readonly baselineAt?: Instant;
  readonly faults: readonly EventOfKind<"fault-injected">[];
  /** t₀: just before the call that injected the fault which the scenario names, else the first one. */
  readonly faultAt?: Instant;
  /** Results of steps, in the order in which they ran. */
  readonly steps: readonly StepResult[];
  /** Those of the procedure that prepared the system: they came before the baseline, and recovered nothing. */
  readonly preparation: readonly StepResult[];
  /** All others. */
  readonly recovery: readonly StepResult[];
  /** End of the last step that ran. */
  readonly lastStepEndedAt?: Instant;
  /** Until when service was watched: what fails later failed by the aftershock, or because the writers stopped. */
  readonly observedUntil: Instant;
  readonly aftershockAt?: Instant;
}

/** `faultName`: the fault whose injection is t₀; default the first that was injected. */
export function readRun(events: readonly TimelineEvent[], faultName?: string): RecordedRun {
  const started = firstOfKind(events, "run-started");
  const baseline = firstOfKind(events, "baseline-established");
  const faults = eventsOfKind(events, "fault-injected");
  const fault = faultName === undefined ? faults[0] : faults.find((event) => event.fault === faultName);
  const steps = eventsOfKind(events, "step-finished").map((event) => event.result);
  const preparation = preparationSteps(events);
  const ends = steps.filter(stepRan).map((result) => result.finishedAt);
  const aftershock = firstOfKind(events, "aftershock-started");
  return {
    events,
    ...(started === undefined ? {} : { started }),
    ...(baseline === undefined ? {} : { baseline: baseline.baseline, baselineAt: baseline.at }),
    faults,
    ...(fault === undefined ? {} : { faultAt: fault.calledAt }),
    steps,
    preparation,
    recovery: steps.filter((result) => !preparation.includes(result)),
    ...(ends.length === 0 ? {} : { lastStepEndedAt: Math.max(...ends) }),
    observedUntil: observationEnd(events),
    ...(aftershock === undefined ? {} : { aftershockAt: aftershock.at }),
  };
}

function preparationSteps(events: readonly TimelineEvent[]): readonly StepResult[] {
  const began = events.findIndex((event) => event.kind === "phase-started" && event.phase === "preparation");
  if (began === -1) return [];
  const length = events.slice(began + 1).findIndex(({ kind }) => kind === "phase-started");
  const during = events.slice(began, length === -1 ? undefined : began + 1 + length);
  return eventsOfKind(during, "step-finished").map((event) => event.result);
}

/** A manual step and one that was left out ran nothing, and neither did a step without a command. */
export function stepRan({ outcome, commands }: StepResult): boolean {
  return outcome !== "manual" && outcome !== "not-run" && commands.length > 0;
}

function observationEnd(events: readonly TimelineEvent[]): Instant {
  const ended = firstOfKind(events, "observation-ended");
  if (ended !== undefined) return ended.at;
  // The run was cut short: it was watched until the first thing that ends watching, or else until its last word.
  const end = events.find(({ kind }) => kind === "aftershock-started" || kind === "workload-stopped");
  return (end ?? events.at(-1))?.at ?? 0;
}
