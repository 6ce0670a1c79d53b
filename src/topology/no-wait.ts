import type { WaitStrategy } from "testcontainers";

/**
 * For containers whose readiness is proven by a session with the server: a log line or an open port says less, takes longer to
 * see, and a health check inside the container would take processor time from the drill for as long as it lasts.
 */
export const noWait: WaitStrategy = {
  waitUntilReady: () => Promise.resolve(),
  withStartupTimeout: () => noWait,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
};
