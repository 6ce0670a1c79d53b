import { lastOfKind } from "../measurement/events-of-kind.ts";
import type { ServiceReturn } from "../measurement/measurement.ts";
import { applicationReturns } from "../measurement/rto.ts";
import type { Instant } from "../timeline/clock.ts";
import type { Facts } from "./rule.ts";

const graceMs = 60_000;

/**
 * Until when service must be back: 60 s, the longest client deadline and the longest TTL in play after the last step, or after t₀
 * where no step ran. Undefined where the run has no t₀.
 */
export function recoveryBound({ run }: Pick<Facts, "run">): Instant | undefined {
  if (run.started === undefined || run.faultAt === undefined) return undefined;
  const { longestClientDeadlineMs, longestTtlSeconds = 0 } = run.started;
  const from = Math.max(run.faultAt, run.lastStepEndedAt ?? run.faultAt);
  return from + graceMs + longestClientDeadlineMs + longestTtlSeconds * 1_000;
}

/** Service was watched for so long that "not back" can be said of it. */
export function watchedLongEnough({ run }: Pick<Facts, "run">): boolean {
  const bound = recoveryBound({ run });
  if (bound === undefined) return false;
  return run.observedUntil >= bound || lastOfKind(run.events, "recovery-observed")?.recovered === false;
}

/** Streams through the application that were asked for, and did not last. */
export function unreturnedStreams({ run, measured }: Pick<Facts, "run" | "measured">): ServiceReturn[] {
  return applicationReturns(run.started?.streams ?? [], measured.rto?.streams ?? []).filter(
    ({ missing }) => missing === "still-failing" || missing === "too-slow" || missing === "too-short",
  );
}
