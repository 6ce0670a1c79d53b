import { Redis } from "ioredis";
import { singleAttempt } from "../single-attempt.ts";

/** A Redis server and who asks it. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly database?: number;
}

/** How long a server may take to close its side after it was told that the session is over, in milliseconds. */
const closingMs = 100;

/**
 * Opens one session, hands it to `use` and closes it. Nothing is retried, resent or queued.
 *
 * `deadlineMs` bounds all of it, connecting included: when it has passed, the connection is closed and whatever was pending
 * rejects.
 */
export async function withRedis<T>(
  address: RedisAddress,
  deadlineMs: number,
  use: (redis: Redis) => Promise<T>,
): Promise<T> {
  const { database = 0, ...server } = address;
  const redis = new Redis({
    ...server,
    ...singleAttempt,
    db: database,
    connectTimeout: deadlineMs,
    disconnectTimeout: closingMs,
  });
  // What goes wrong with the connection reaches the pending command; the event alone would end the process.
  redis.on("error", () => undefined);
  const deadline = AbortSignal.timeout(deadlineMs);
  deadline.addEventListener("abort", () => redis.disconnect());
  try {
    await redis.connect();
    return await use(redis);
  } catch (error) {
    throw deadline.aborted ? new Error(`no answer within ${deadlineMs} ms`, { cause: error }) : error;
  } finally {
    redis.disconnect();
  }
}
