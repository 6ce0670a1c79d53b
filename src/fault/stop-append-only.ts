import { parseRedisInfo } from "../probe/redis-info.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import { damageFault } from "./damage.ts";
import { onRedis } from "./damaged-server.ts";
import { persistenceReaches } from "./persistence-reaches.ts";
import type { Fault } from "./fault.ts";

/** Switches the append-only file off while the server runs: what is written from now on is gone with the next crash. Lifting switches it on, and waits until it is whole again. */
export function stopAppendOnly(service: string): Fault {
  const set = (topology: StartedTopology, value: string): Promise<unknown> =>
    onRedis(topology, service, (redis) => redis.config("SET", "appendonly", value));
  return damageFault({
    name: `stopAppendOnly(${service})`,
    service,
    does: `switches the append-only file of ${service} off`,
    read: (topology) =>
      onRedis(topology, service, async (redis) => {
        const info = parseRedisInfo(await redis.info("persistence"));
        return `aof_enabled ${info.get("aof_enabled") ?? "unknown"}`;
      }),
    inject: async (topology) => {
      await set(topology, "no");
      return async () => {
        await set(topology, "yes");
        await persistenceReaches(topology, service, {
          aof_rewrite_in_progress: "0",
          aof_rewrite_scheduled: "0",
          aof_last_bgrewrite_status: "ok",
        });
      };
    },
  });
}
