import type { ClientConnection, Dial } from "./client-connection.ts";
import type { Target } from "./running-application.ts";

/** Opens a connection to a target. It is destroyed, or fails with a `DialError`, once the deadline has passed. */
export type Connect<T extends Target> = (
  target: T,
  deadlineMs: number,
  onClosed: () => void,
) => Promise<ClientConnection>;

/**
 * Dials where the running application's environment says now. The engine is asked on every dial; meanwhile the answer of the last time
 * is dialled, and that connection is used only if the fresh answer is the same. So the question costs no time where nothing changed,
 * and no request ever goes where the application would not send it.
 */
export function dialTarget<T extends Target>(findTarget: () => Promise<T>, connect: Connect<T>): Dial {
  let last: T | undefined;
  return async (deadlineMs, onClosed) => {
    const endsAt = performance.now() + deadlineMs;
    const guess = last;
    const guessed = guess === undefined ? undefined : connect(guess, deadlineMs, onClosed);
    // Awaited below or given up; either way its failure is nobody else's business.
    guessed?.catch(() => undefined);
    try {
      last = await findTarget();
    } catch (error) {
      last = undefined;
      abandon(guessed);
      throw error;
    }
    if (guessed !== undefined && guess !== undefined && isSameTarget(guess, last)) return guessed;
    abandon(guessed);
    return connect(last, endsAt - performance.now(), onClosed);
  };
}

function abandon(connecting: Promise<ClientConnection> | undefined): void {
  connecting?.then(
    (connection) => connection.destroy(),
    () => undefined,
  );
}

function isSameTarget(one: Target, other: Target): boolean {
  return (
    one.containerId === other.containerId &&
    one.endpoint.host === other.endpoint.host &&
    one.endpoint.port === other.endpoint.port
  );
}
