import type { Redis } from "ioredis";
import { probeKeys } from "../probe/probe-objects.ts";
import { canonicalElements, valueHash } from "./canonical-value.ts";

/** All keys of one kind as two numbers, in any order. */
export interface KeyDigest {
  readonly keys: number;
  /** Sum of 128-bit hashes of key, type, value and expiry, in hexadecimal. */
  readonly sum: string;
}

export interface RedisDigest {
  /** Keys that stay until they are deleted. */
  readonly lasting: KeyDigest;
  /** Keys that expire by themselves: two digests of them agree only when none expired in between. */
  readonly expiring: KeyDigest;
}

/** Keys whose values are fetched together. */
const batchSize = 500;

/**
 * Digests the keys that match a glob, in the connection's database. Portable, unlike `DEBUG DIGEST`: it needs no special right,
 * blocks nothing, and sees when a key expires. Keys that are written meanwhile may or may not be part of it.
 */
export async function digestKeys(redis: Redis, match = "*"): Promise<RedisDigest> {
  const lasting = new Sum();
  const expiring = new Sum();
  // SCAN may give a key twice.
  const seen = new Set<string>();
  for await (const found of redis.scanBufferStream({ match, count: batchSize }) as AsyncIterable<Buffer[]>) {
    const keys = found.filter((key) => !seen.has(key.toString("latin1")) && !probeKeys.has(key.toString()));
    for (const key of keys) seen.add(key.toString("latin1"));
    if (keys.length > 0) await addKeys(redis, keys, lasting, expiring);
  }
  return { lasting: lasting.digest(), expiring: expiring.digest() };
}

class Sum {
  #keys = 0;
  #sum = 0n;

  add(hash: bigint): void {
    this.#keys += 1;
    this.#sum = BigInt.asUintN(128, this.#sum + hash);
  }

  digest(): KeyDigest {
    return { keys: this.#keys, sum: this.#sum.toString(16) };
  }
}

/** How all of a value is read; a type that is not here makes the digest fail rather than leave a value out. */
const readCommands: Readonly<Record<string, (key: Buffer) => [string, ...(Buffer | string)[]]>> = {
  string: (key) => ["GET", key],
  list: (key) => ["LRANGE", key, "0", "-1"],
  set: (key) => ["SMEMBERS", key],
  hash: (key) => ["HGETALL", key],
  zset: (key) => ["ZRANGE", key, "0", "-1", "WITHSCORES"],
  stream: (key) => ["XRANGE", key, "-", "+"],
};

async function addKeys(redis: Redis, keys: readonly Buffer[], lasting: Sum, expiring: Sum): Promise<void> {
  const described = await Promise.all(
    keys.map((key) => Promise.all([redis.type(key), redis.call("PEXPIRETIME", key)])),
  );
  await Promise.all(
    keys.map(async (key, index) => {
      const [type = "none", expiry] = described[index] ?? [];
      // Deleted or expired since SCAN gave it.
      if (type === "none") return;
      const command = readCommands[type];
      if (command === undefined) throw new Error(`keys of type ${type} can't be digested`);
      const answer = await redis.callBuffer(...command(key));
      if (answer === null) return;
      const expiresAtMs = Number(expiry);
      const elements = canonicalElements(type, flatten(answer));
      (expiresAtMs === -1 ? lasting : expiring).add(valueHash({ key, type, elements, expiresAtMs }));
    }),
  );
}

/** A stream's entries nest; the depth of each element goes in, so that the nesting can't be told otherwise. */
function flatten(answer: unknown): Buffer[] {
  if (Buffer.isBuffer(answer)) return [answer];
  if (!Array.isArray(answer)) return [Buffer.from(String(answer))];
  return answer.flatMap((element: unknown) =>
    Array.isArray(element) ? [Buffer.from(`[${element.length}`), ...flatten(element)] : flatten(element),
  );
}
