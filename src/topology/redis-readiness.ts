import { hash } from "node:crypto";
import { Redis } from "ioredis";
import { basePayload, baseRun, baseWriter } from "./base-data.ts";
import type { Endpoint } from "./started-topology.ts";
import type { RedisStoreDefinition } from "./system-definition.ts";

export interface RedisAccess {
  readonly store: RedisStoreDefinition;
  readonly password: string;
}

/** Opens a session, uses it and closes it; nothing is retried or queued. */
export async function withRedisNode<T>(
  { password }: RedisAccess,
  endpoint: Endpoint,
  use: (redis: Redis) => Promise<T>,
): Promise<T> {
  const redis = new Redis({
    ...endpoint,
    password,
    lazyConnect: true,
    connectTimeout: 2_000,
    commandTimeout: 30_000,
    retryStrategy: null,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
  });
  // What goes wrong reaches the pending command; without a listener it would be printed too.
  redis.on("error", () => undefined);
  try {
    await redis.connect();
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}

/** What a primary holds. */
export interface RedisContent {
  readonly offset: number;
  readonly keys: number;
}

export async function contentOf(access: RedisAccess, primary: Endpoint): Promise<RedisContent> {
  return withRedisNode(access, primary, async (redis) => ({
    offset: Number(infoField(await redis.info("replication"), "master_repl_offset")),
    keys: await redis.dbsize(),
  }));
}

/** Why a replica is not a copy of what its primary held; undefined if it is. */
export async function whyNotSynced(
  access: RedisAccess,
  content: RedisContent,
  replica: Endpoint,
): Promise<string | undefined> {
  return withRedisNode(access, replica, async (redis) => {
    const info = await redis.info("replication");
    // A promoted or never attached replica has no such fields: both are reasons too.
    if (infoField(info, "master_link_status") !== "up") return "its link to its primary is down";
    if (infoField(info, "master_sync_in_progress") !== "0") return "its first synchronisation is under way";
    if (Number(infoField(info, "slave_repl_offset")) < content.offset) return "it is behind its primary";
    const keys = await redis.dbsize();
    return keys < content.keys ? `it has ${keys} of ${content.keys} keys` : undefined;
  });
}

/** Fills in the data that is there before the run, as the application would have: a key, and its place in its writer's list. */
export async function seedRedis(access: RedisAccess, endpoint: Endpoint, keys: number): Promise<void> {
  const { constantData, keyPattern, listPattern } = access.store;
  const list = listPattern.replace("{run}", baseRun).replace("{writer}", String(baseWriter));
  await withRedisNode(access, endpoint, async (redis) => {
    const pipeline = redis.pipeline();
    for (let n = 1; n <= keys; n += 1) {
      const payload = basePayload(n);
      pipeline.set(keyPattern.replace("{run}", baseRun).replace("{id}", String(-n)), payload);
      pipeline.rpush(list, `${-n}:${hash("md5", payload)}`);
    }
    for (const [name, ...words] of constantData?.commands ?? []) pipeline.call(name, ...words);
    const results = (await pipeline.exec()) ?? [];
    const failed = results.find(([error]) => error !== null)?.[0];
    if (failed !== undefined && failed !== null) throw failed;
  });
}

function infoField(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
}
