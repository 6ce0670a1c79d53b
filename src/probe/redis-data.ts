import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { baseRun, baseWriter } from "../topology/base-data.ts";
import type { RedisStoreDefinition } from "../topology/system-definition.ts";
import { summarizeData } from "./summarize-data.ts";

/** Keys that are asked for at once, so that no answer holds up the server's other clients. */
const batchSize = 1_000;

/**
 * Digests the data that was there before the run, by the names it was given: a SCAN would have to go through everything that the
 * workload has written. A key more is no change: clients add keys all the time, and so may a verification. Expiry is left out.
 */
export async function digestRedisData(
  redis: Redis,
  { keyPattern, listPattern }: RedisStoreDefinition,
  baseKeys: number,
): Promise<string> {
  const hash = createHash("sha256");
  let found = 0;
  for (let start = 1; start <= baseKeys; start += batchSize) {
    const count = Math.min(batchSize, baseKeys - start + 1);
    const keys = Array.from({ length: count }, (_, index) => inBase(keyPattern, "{id}", -(start + index)));
    const values = await redis.mget(keys);
    hash.update(JSON.stringify(values));
    found += values.filter((value) => value !== null).length;
  }
  const list = inBase(listPattern, "{writer}", baseWriter);
  const entries = await redis.lrange(list, 0, -1).catch((error: unknown) => {
    // A key of another type stands in its place.
    if (error instanceof Error && error.message.startsWith("WRONGTYPE")) return [];
    throw error;
  });
  hash.update(JSON.stringify(entries));
  const text = `${found} keys and ${entries.length} list entries of base data`;
  return summarizeData([{ text, sum: hash.digest("hex") }]);
}

function inBase(pattern: string, placeholder: string, value: number): string {
  return pattern.replaceAll("{run}", baseRun).replaceAll(placeholder, String(value));
}
