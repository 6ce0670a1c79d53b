import type { TimelineEvent } from "../timeline/event.ts";

/** What a front end can watch while a run goes on. It never influences the run. */
export interface RunObserver {
  event(event: TimelineEvent): void;
  load(load: Load): void;
}

/** The workload at one moment, over about the last second. */
export interface Load {
  readonly successesPerSecond: number;
  readonly failuresPerSecond: number;
  /** Seconds since requests through the application began to fail; undefined while they succeed. */
  readonly outageSeconds?: number;
}

export const silentObserver: RunObserver = { event: () => undefined, load: () => undefined };
