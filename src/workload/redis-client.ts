import type { NetStream } from "ioredis/built/types.js";
import { Redis } from "ioredis";
import { singleAttempt } from "../single-attempt.ts";
import { DialError, failureCode } from "./client-connection.ts";
import type { ClientAnswer, ClientConnection, ClientRequest } from "./client-connection.ts";
import {
  classifyFailure,
  classifyRedisReply,
  classifyRedisTransaction,
  redisErrorPrefix,
} from "./outcome.ts";
import type { RedisReply } from "./outcome.ts";
import type { Connect } from "./dial-target.ts";
import { payloadHash } from "./payload.ts";
import { redisKey, redisList } from "./redis-keys.ts";
import type { StoreTarget } from "./running-application.ts";

export interface RedisRequests {
  readonly runId: string;
  readonly operation: "write" | "read";
  readonly keyPattern: string;
  readonly listPattern: string;
}

/** Connections of an `ioredis` client that does nothing by itself: no retry, no queue, no reconnect. */
export function connectRedis(requests: RedisRequests): Connect<StoreTarget> {
  return async ({ containerId, url, endpoint }, deadlineMs, onClosed) => {
    const endsAt = performance.now() + deadlineMs;
    const redis = new Redis({
      host: endpoint.host,
      port: endpoint.port,
      username: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      db: Number(url.pathname.slice(1)) || 0,
      // RESP2 sends no command of its own on a server without a password.
      protocol: 2,
      ...singleAttempt,
      disableClientInfo: true,
    });
    let lastError: unknown;
    redis.on("error", (error: Error) => (lastError = error));
    await connect(redis, endsAt - performance.now(), () => lastError);
    const identity = await serverIdentity(redis, endsAt - performance.now());
    return new RedisConnection(containerId, redis, identity, requests, onClosed);
  };
}

async function connect(redis: Redis, remainingMs: number, lastError: () => unknown): Promise<void> {
  await withinDeadline(redis, remainingMs, async () => {
    try {
      await redis.connect();
    } catch (error) {
      // ioredis says "Connection is closed." and gives the reason as an event.
      throw new DialError(dialFailureCode(lastError() ?? error), { cause: error });
    }
  });
}

/**
 * `run_id` of the server at the other end. Undefined where it does not say (NOAUTH, NOPERM): the request is sent all the same, for a
 * client of the application would.
 */
async function serverIdentity(redis: Redis, remainingMs: number): Promise<string | undefined> {
  return await withinDeadline(redis, remainingMs, async () => {
    try {
      return /^run_id:(\w+)/m.exec(await redis.info("server"))?.[1];
    } catch (error) {
      if (isErrorReply(error)) return undefined;
      throw new DialError(failureCode(error), { cause: error });
    }
  });
}

async function withinDeadline<T>(redis: Redis, remainingMs: number, work: () => Promise<T>): Promise<T> {
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => deadline.reject(new DialError("connect-deadline")),
    Math.max(0, remainingMs),
  );
  try {
    return await Promise.race([work(), deadline.promise]);
  } catch (error) {
    destroy(redis);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function destroy(redis: Redis): void {
  // Not there before the first connect, whatever its type says.
  (redis.stream as NetStream | undefined)?.destroy();
  redis.disconnect();
}

function isErrorReply(error: unknown): error is Error {
  return error instanceof Error && error.name === "ReplyError";
}

function dialFailureCode(error: unknown): string {
  return isErrorReply(error) ? redisErrorPrefix(error.message) : failureCode(error);
}

class RedisConnection implements ClientConnection {
  readonly containerId: string;
  #unanswered: ((answer: ClientAnswer) => void) | undefined;
  readonly #redis: Redis;
  readonly #identity: string | undefined;
  readonly #requests: RedisRequests;

  constructor(
    containerId: string,
    redis: Redis,
    identity: string | undefined,
    requests: RedisRequests,
    onClosed: () => void,
  ) {
    this.containerId = containerId;
    this.#redis = redis;
    this.#identity = identity;
    this.#requests = requests;
    redis.once("close", () => {
      this.#answer(classifyFailure("sent", "connection-closed"));
      onClosed();
    });
  }

  get closed(): boolean {
    return this.#redis.status !== "ready";
  }

  send(request: ClientRequest, done: (answer: ClientAnswer) => void): void {
    this.#unanswered = done;
    const classified = this.#requests.operation === "write" ? this.#write(request) : this.#read(request);
    classified.then(
      (answer) =>
        this.#answer(
          this.#identity === undefined ? answer : { ...answer, answeredBy: { node: this.#identity } },
        ),
      (error: unknown) => this.#answer(classifyFailure("sent", failureCode(error))),
    );
  }

  destroy(): void {
    destroy(this.#redis);
  }

  /** The key and the writer's list as one unit, in one write to the network. */
  async #write(request: ClientRequest): Promise<ClientAnswer> {
    const { runId, keyPattern, listPattern } = this.#requests;
    const replies = await this.#redis
      .pipeline([
        ["multi"],
        ["set", redisKey(keyPattern, runId, request.id), request.payload],
        [
          "rpush",
          redisList(listPattern, runId, request.writer),
          `${request.id}:${payloadHash(request.payload)}`,
        ],
        ["exec"],
      ])
      .exec();
    return classifyRedisTransaction((replies ?? []).map(([error, value]) => redisReply(error, value)));
  }

  async #read(request: ClientRequest): Promise<ClientAnswer> {
    try {
      const value = await this.#redis.get(
        redisKey(this.#requests.keyPattern, this.#requests.runId, request.id),
      );
      return classifyRedisReply({ ok: true, value });
    } catch (error) {
      return classifyRedisReply(redisReply(error, undefined));
    }
  }

  #answer(answer: ClientAnswer): void {
    const done = this.#unanswered;
    this.#unanswered = undefined;
    done?.(answer);
  }
}

/** An error reply is an answer; any other error means that there was none, and is thrown. */
function redisReply(error: unknown, value: unknown): RedisReply {
  if (error === null || error === undefined) return { ok: true, value };
  if (isErrorReply(error)) return { ok: false, error: error.message };
  throw error instanceof Error ? error : new Error("Redis gave neither a reply nor an error");
}
