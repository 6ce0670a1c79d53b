import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { damageFault, notDamaged } from "./damage.ts";
import { onRedis } from "./damaged-server.ts";
import type { Fault } from "./fault.ts";

export interface KeysOf {
  readonly service: string;
  /** Names of keys that clients don't write meanwhile. */
  readonly keys: readonly string[];
}

interface KeyDamage {
  readonly verb: string;
  readonly does: string;
  readonly damage: (redis: Redis) => Promise<unknown>;
}

/** Damage to keys that have no expiry, undone by putting back exactly the values that were there. */
export function keyDamage({ service, keys }: KeysOf, { verb, does, damage }: KeyDamage): Fault {
  const named = keys.length === 1 ? (keys[0] ?? "") : `${keys[0] ?? ""} and ${keys.length - 1} more`;
  return damageFault({
    name: `${verb}(${named})`,
    service,
    does: `${does} ${named}`,
    read: (topology) =>
      onRedis(topology, service, async (redis) => {
        const dumps = await dumpKeys(redis, keys);
        const hash = createHash("sha256");
        for (const dump of dumps) hash.update(dump ?? "absent");
        const there = dumps.filter((dump) => dump !== null).length;
        return `${there} of ${keys.length} keys with digest ${hash.digest("hex").slice(0, 16)}`;
      }),
    inject: (topology) =>
      onRedis(topology, service, async (redis) => {
        const saved = await dumpKeys(redis, keys);
        if (saved.some((dump) => dump === null))
          throw notDamaged(`the keys ${named} to damage`, "that some are not there", "name keys that are");
        await damage(redis);
        return () =>
          onRedis(topology, service, async (again) => {
            for (const [position, key] of keys.entries())
              await again.restore(key, 0, saved[position] ?? "", "REPLACE");
          });
      }),
  });
}

/** Each value as the server serialises it. */
function dumpKeys(redis: Redis, keys: readonly string[]): Promise<readonly (Buffer | null)[]> {
  return Promise.all(keys.map((key) => redis.dumpBuffer(key) as Promise<Buffer | null>));
}
