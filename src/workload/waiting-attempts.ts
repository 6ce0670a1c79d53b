import type { Instant } from "../timeline/clock.ts";

/**
 * Attempts that wait for a connection, first come first served, each for a bounded time. All have the same patience, so one timer for
 * the oldest is enough.
 */
export class WaitingAttempts<T> {
  #queue: { readonly item: T; readonly since: Instant }[] = [];
  #head = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #patienceMs: number;
  readonly #now: () => Instant;
  readonly #onExpired: (item: T, since: Instant) => void;

  constructor(patienceMs: number, now: () => Instant, onExpired: (item: T, since: Instant) => void) {
    this.#patienceMs = patienceMs;
    this.#now = now;
    this.#onExpired = onExpired;
  }

  get length(): number {
    return this.#queue.length - this.#head;
  }

  push(item: T): void {
    this.#queue.push({ item, since: this.#now() });
    this.#timer ??= setTimeout(() => this.#expire(), this.#patienceMs);
  }

  shift(): T | undefined {
    const first = this.#queue[this.#head];
    if (first === undefined) return undefined;
    this.#head += 1;
    // Give the front back now and then: shift() of a long array costs its length.
    if (this.#head === this.#queue.length || this.#head > 1024) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return first.item;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #expire(): void {
    this.#timer = undefined;
    for (;;) {
      const first = this.#queue[this.#head];
      if (first === undefined) return;
      const leftMs = first.since + this.#patienceMs - this.#now();
      if (leftMs > 0) {
        this.#timer = setTimeout(() => this.#expire(), leftMs);
        return;
      }
      this.shift();
      this.#onExpired(first.item, first.since);
    }
  }
}
