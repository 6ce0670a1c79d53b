import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { keyGlob } from "../probe/run-keys.ts";
import { attempt } from "./collect-postgres.ts";
import type { CheckResult, IntegritySnapshot } from "./integrity-snapshot.ts";
import { digestKeys, type KeyDigest } from "./redis-digest.ts";

export interface RedisIntegrityOptions {
  readonly node: string;
  /** Key pattern of the system and the run of the data that no outage may change. */
  readonly baseData?: {
    readonly keyPattern: string;
    readonly run: string;
    /** Of keys beside those that no client changes; default none. */
    readonly constantGlob?: string;
  };
  /** Digest every key of the database; only where nothing writes between the two snapshots. Default false. */
  readonly everyKey?: boolean;
}

/** Settings that decide whether data is durable, and what a client may do. */
const settings = [
  "appendonly",
  "appendfsync",
  "databases",
  "maxmemory",
  "maxmemory-policy",
  "protected-mode",
  "save",
];

/** Collects what a Redis server must be again after recovery. A check that can't run is kept as such. */
export async function collectRedisIntegrity(
  redis: Redis,
  { node, baseData, everyKey = false }: RedisIntegrityOptions,
): Promise<IntegritySnapshot> {
  const checks: Record<string, CheckResult> = {
    settings: await attempt(() => readSettings(redis)),
    users: await attempt(() => readUsers(redis)),
    functions: await attempt(() => readFunctions(redis)),
  };
  if (baseData !== undefined) {
    const glob = keyGlob(baseData.keyPattern, baseData.run);
    const { constantGlob } = baseData;
    checks["base-data"] = await attempt(async () => ({
      "base data": stateOf((await digestKeys(redis, glob)).lasting),
      ...(constantGlob === undefined ? {} : await readConstantData(redis, constantGlob)),
    }));
  }
  if (everyKey) {
    checks["keys"] = await attempt(async () => {
      const { lasting, expiring } = await digestKeys(redis);
      return { "lasting keys": stateOf(lasting), "expiring keys": stateOf(expiring) };
    });
  }
  return { store: "redis", node, checks };
}

function stateOf({ keys, sum }: KeyDigest): string {
  return `${keys} keys, digest ${sum}`;
}

async function readConstantData(redis: Redis, glob: string): Promise<Record<string, string>> {
  const { lasting, expiring } = await digestKeys(redis, glob);
  return { [`lasting keys of ${glob}`]: stateOf(lasting), [`expiring keys of ${glob}`]: stateOf(expiring) };
}

async function readSettings(redis: Redis): Promise<Record<string, string>> {
  const answer = await redis.config("GET", ...settings);
  const found: Record<string, string> = {};
  for (let at = 0; at + 1 < answer.length; at += 2) found[answer[at] ?? ""] = answer[at + 1] ?? "";
  const [password] = (await redis.config("GET", "requirepass")).slice(1);
  return { ...found, requirepass: password === undefined || password === "" ? "not set" : "set" };
}

/** A rule holds digests of passwords: its own digest tells a change, and gives nothing away. */
async function readUsers(redis: Redis): Promise<Record<string, string>> {
  const rules = await redis.acl("LIST");
  return Object.fromEntries(
    rules.map((rule) => [
      `user ${rule.split(" ")[1] ?? ""}`,
      createHash("sha256").update(rule).digest("hex"),
    ]),
  );
}

async function readFunctions(redis: Redis): Promise<Record<string, string>> {
  const libraries = (await redis.function("LIST", "WITHCODE")) as unknown[][];
  return Object.fromEntries(
    libraries.map((library) => [
      `library ${String(library[1])}`,
      createHash("sha256").update(JSON.stringify(library)).digest("hex"),
    ]),
  );
}
