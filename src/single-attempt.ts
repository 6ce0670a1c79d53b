import type { RedisOptions } from "ioredis";

/**
 * For every client of a Redis whose answers count: an attempt is made once. Nothing reconnects, resends or queues behind its back, and
 * no command of the library's own goes first.
 */
export const singleAttempt = {
  lazyConnect: true,
  retryStrategy: null,
  reconnectOnError: null,
  autoResendUnfulfilledCommands: false,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  enableReadyCheck: false,
} as const satisfies RedisOptions;
