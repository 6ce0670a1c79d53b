import { setTimeout as delay } from "node:timers/promises";
import { HarnessError } from "../harness-error.ts";

export interface WaitOptions {
  /** What is waited for, as in `Expected <what> within …`. */
  readonly what: string;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** Between two looks: short against what is waited for, long against what a look costs. */
const pollMs = 20;

/**
 * Looks again and again until `check` gives no reason why not. An error that `check` throws is such a reason.
 *
 * Throws a {@link HarnessError} with status 69 and the last reason when the deadline passed, or the signal's reason when aborted.
 */
export async function waitUntil(
  { what, deadlineMs, signal }: WaitOptions,
  check: () => Promise<string | undefined>,
): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const reason = await check().catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    if (reason === undefined) return;
    if (performance.now() - startedAt > deadlineMs) {
      throw new HarnessError(
        `Expected ${what} within ${deadlineMs / 1000} s, found: ${reason}; read its container's log.`,
        { code: "topology-not-ready", exitStatus: 69 },
      );
    }
    await delay(pollMs);
  }
}
