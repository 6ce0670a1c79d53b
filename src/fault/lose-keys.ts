import { keyDamage, type KeysOf } from "./damaged-keys.ts";
import type { Fault } from "./fault.ts";

/** Deletes keys. Lifting puts them back. */
export function loseKeys(keys: KeysOf): Fault {
  return keyDamage(keys, {
    verb: "loseKeys",
    does: "deletes",
    damage: (redis) => redis.del(...keys.keys),
  });
}
