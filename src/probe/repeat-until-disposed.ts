import { setTimeout as delay } from "node:timers/promises";

/**
 * Calls `act` again and again, never two at once, each `everyMs` after the start of the one before or as soon as that is over.
 * Disposing waits for the call that is under way. What `act` throws ends the repetition and is thrown when disposing.
 */
export function repeatUntilDisposed(everyMs: number, act: () => Promise<void>): AsyncDisposable {
  const stop = new AbortController();
  const done = repeat(everyMs, act, stop.signal);
  // Handled when disposing; until then it must not end the process.
  done.catch(() => undefined);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done;
    },
  };
}

async function repeat(everyMs: number, act: () => Promise<void>, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const startedAt = performance.now();
    await act();
    const rest = everyMs - (performance.now() - startedAt);
    if (rest > 0) await delay(rest, undefined, { signal: stop }).catch(() => undefined);
  }
}
