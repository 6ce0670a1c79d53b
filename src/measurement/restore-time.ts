import type { Instant } from "../timeline/clock.ts";
import type { StepResult } from "../runbook/model.ts";
import { eventsOfKind } from "./events-of-kind.ts";
import type { RtoPart } from "./measurement.ts";
import { stepRan, type RecordedRun } from "./recorded-run.ts";

/** How long a restore took, from the beginning of its procedure to the end of its last step, verification included. */
export interface RestoreTime {
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly seconds: number;
  /** Each step, up to the start of the next. */
  readonly parts: readonly RtoPart[];
}

/**
 * The slowest of the restores, where a run made several. Undefined for a run that restored nothing, and where a step of one of them
 * did not run or did not succeed.
 */
export function restoreTime({ events, steps }: RecordedRun): RestoreTime | undefined {
  const began = eventsOfKind(events, "phase-started")
    .filter(({ phase }) => phase === "runbook")
    .map(({ at }) => at);
  const times = began.map((startedAt, index) => {
    const until = began[index + 1] ?? Infinity;
    return timeOf(
      startedAt,
      steps.filter((step) => stepRan(step) && step.startedAt >= startedAt && step.startedAt < until),
    );
  });
  return times.reduce<RestoreTime | undefined>(
    (slowest, time) =>
      slowest === undefined || time === undefined
        ? undefined
        : time.seconds > slowest.seconds
          ? time
          : slowest,
    times[0],
  );
}

function timeOf(startedAt: Instant, ran: readonly StepResult[]): RestoreTime | undefined {
  const last = ran.at(-1);
  // What stopped halfway did not restore in the time that it took to stop.
  if (last === undefined || ran.some(({ outcome }) => outcome !== "succeeded")) return undefined;
  return {
    startedAt,
    endedAt: last.finishedAt,
    seconds: (last.finishedAt - startedAt) / 1_000,
    parts: ran.map(({ step, startedAt: began, finishedAt }, index) => ({
      name: `step ${step.id}: ${step.title}`,
      seconds: ((ran[index + 1]?.startedAt ?? finishedAt) - (index === 0 ? startedAt : began)) / 1_000,
    })),
  };
}
