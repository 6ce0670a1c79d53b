import type { Instant } from "../timeline/clock.ts";

/** Requests fall due at a constant rate, whatever became of the ones before them (an open loop). */
export class ArrivalSchedule {
  #arrivals = 0;
  readonly #startAt: Instant;
  readonly #intervalMs: number;

  constructor(startAt: Instant, ratePerSecond: number) {
    this.#startAt = startAt;
    this.#intervalMs = 1000 / ratePerSecond;
  }

  get nextDueAt(): Instant {
    return this.#startAt + this.#arrivals * this.#intervalMs;
  }

  /** The next arrival that is due by `now`, and counts it; undefined when there is none. */
  take(now: Instant): Instant | undefined {
    const dueAt = this.nextDueAt;
    if (dueAt > now) return undefined;
    this.#arrivals += 1;
    return dueAt;
  }
}
