import { setTimeout as pause } from "node:timers/promises";
import { HarnessError } from "../harness-error.ts";
import type { Instant } from "../timeline/clock.ts";
import type { StreamDefinition } from "../workload/ledger-entry.ts";
import type { WorkloadStats } from "../workload/workload-options.ts";

export interface RecoveryBounds {
  /** When the runbook was over: what is observed lasts at least `observationMs` from here. */
  readonly runbookEndedAt: Instant;
  /** How long service must have lasted without a failure. */
  readonly observationMs: number;
  /** Service that has not begun to return so long after the runbook is not coming back. */
  readonly withinMs: number;
}

export type RecoveryState = "recovered" | "not-recovered" | "waiting";

/**
 * Whether service through the application is back and has lasted, as far as live figures tell. This only decides how long a run
 * waits; what it measured is judged afterwards, from the ledger.
 */
export function recoveryState(
  stats: WorkloadStats,
  streams: readonly StreamDefinition[],
  { runbookEndedAt, observationMs, withinMs }: RecoveryBounds,
): RecoveryState {
  const names = new Set(
    streams.filter((stream) => stream.via === "application").map((stream) => stream.name),
  );
  const relevant = stats.streams.filter((stream) => names.has(stream.stream));
  const since = relevant.map((stream) =>
    stream.lastFailureSentAt === undefined ? 0 : (stream.succeedingSince ?? Infinity),
  );
  const returnedAt = Math.max(...since, 0);
  const flowing = relevant.every((stream) => stream.acknowledgedPerSecond > 0);
  if (flowing && stats.at - Math.max(returnedAt, runbookEndedAt) >= observationMs) return "recovered";
  const bound = runbookEndedAt + withinMs;
  // A return that began in time is given the time to prove that it lasts.
  const mayStillReturn =
    stats.at < bound || (flowing && returnedAt <= bound && stats.at < bound + observationMs);
  return mayStillReturn ? "waiting" : "not-recovered";
}

const pollEveryMs = 100;

/** Live figures come several times a second; after such a silence the workload is dead. */
const silentAfterMs = 15_000;

/** Waits until {@link recoveryState} has an answer. */
export async function awaitRecovery(
  stats: () => WorkloadStats,
  streams: readonly StreamDefinition[],
  bounds: RecoveryBounds,
  signal: AbortSignal,
): Promise<boolean> {
  let heardAt = performance.now();
  let last = -1;
  for (;;) {
    const current = stats();
    if (current.at !== last) heardAt = performance.now();
    last = current.at;
    if (performance.now() - heardAt > silentAfterMs) {
      throw new HarnessError(
        `Expected live figures of the workload several times a second, heard nothing for ${silentAfterMs / 1000} s; its thread has died, run the drill again.`,
        { code: "workload-silent", exitStatus: 70 },
      );
    }
    const state = recoveryState(current, streams, bounds);
    if (state !== "waiting") return state === "recovered";
    await pause(pollEveryMs, undefined, { signal });
  }
}
