import type { Instant } from "../timeline/clock.ts";
import { phaseStartedAt } from "./events-of-kind.ts";
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

/** Undefined for a restore of which no step ran, or one did not succeed. */
export function restoreTime({ events, steps }: RecordedRun): RestoreTime | undefined {
  const startedAt = phaseStartedAt(events, "runbook");
  if (startedAt === undefined) return undefined;
  const ran = steps.filter((result) => stepRan(result) && result.startedAt >= startedAt);
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
