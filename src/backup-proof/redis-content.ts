import { AbstractConnector, Redis } from "ioredis";
import type Docker from "dockerode";
import { digestKeys } from "../integrity/redis-digest.ts";
import { singleAttempt } from "../single-attempt.ts";
import { ContainerSocket } from "./container-socket.ts";
import type { DatabaseContent, TableContent } from "./restored-database.ts";

/** Opens one session with the Redis in a container without a network, hands it to `use` and closes it. */
export async function withSandboxRedis<T>(
  docker: Docker,
  server: Docker.Container,
  signal: AbortSignal,
  use: (redis: Redis) => Promise<T>,
): Promise<T> {
  class Connector extends AbstractConnector {
    constructor() {
      super(100);
    }
    override connect(): ReturnType<AbstractConnector["connect"]> {
      const socket = new ContainerSocket(docker, server.id, 6379);
      this.stream = socket.connect() as never;
      return Promise.resolve(this.stream);
    }
  }
  return using(new Redis({ ...singleAttempt, Connector }), signal, use);
}

/** The same with a Redis that has an address. */
export async function withRedisAt<T>(
  url: string,
  signal: AbortSignal,
  use: (redis: Redis) => Promise<T>,
): Promise<T> {
  return using(new Redis(url, singleAttempt), signal, use);
}

async function using<T>(redis: Redis, signal: AbortSignal, use: (redis: Redis) => Promise<T>): Promise<T> {
  redis.on("error", () => undefined);
  const abort = (): void => redis.disconnect();
  signal.addEventListener("abort", abort, { once: true });
  try {
    await redis.connect();
    return await use(redis);
  } finally {
    signal.removeEventListener("abort", abort);
    redis.disconnect();
  }
}

/** Every database with keys that last, by value and type, as a table `db0`. Keys that expire by themselves are left out. */
export async function readRedis(redis: Redis, node: string): Promise<DatabaseContent> {
  const tables = new Map<string, TableContent>();
  for (const database of await databasesOf(redis)) {
    await redis.select(database);
    const { lasting } = await digestKeys(redis);
    tables.set(`db${database}`, {
      rows: String(lasting.keys),
      digest: BigInt(`0x${lasting.sum}`).toString(),
    });
  }
  const nothing = { unread: new Map(), sequences: new Map(), roles: [] };
  return { integrity: { store: "redis", node, checks: {} }, tables, ...nothing };
}

/** Whether the value of some string key is exactly this text; the keys by database. */
export async function findRedisCanary(redis: Redis, token: string): Promise<string[]> {
  const found: string[] = [];
  for (const database of await databasesOf(redis)) {
    await redis.select(database);
    for await (const keys of redis.scanStream({ type: "string", count: 500 }) as AsyncIterable<string[]>) {
      const values = keys.length === 0 ? [] : await redis.mget(keys);
      found.push(...keys.filter((_, index) => values[index] === token).map((key) => `db${database} ${key}`));
    }
  }
  return found;
}

/** Numbers of the databases that hold keys. */
async function databasesOf(redis: Redis): Promise<number[]> {
  const keyspace = await redis.info("keyspace");
  return [...keyspace.matchAll(/^db(\d+):/gm)].map(([, number]) => Number(number));
}
