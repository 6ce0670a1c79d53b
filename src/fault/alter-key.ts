import { keyDamage } from "./damaged-keys.ts";
import type { Fault } from "./fault.ts";

/** Gives a key another value; their number stays. Lifting puts the old value back. */
export function alterKey(service: string, key: string, to: string): Fault {
  return keyDamage(
    { service, keys: [key] },
    { verb: "alterKey", does: "changes the value of", damage: (redis) => redis.set(key, to) },
  );
}
