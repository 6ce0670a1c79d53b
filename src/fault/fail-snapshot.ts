import { nodeOf } from "../probe/node-address.ts";
import { parseRedisInfo } from "../probe/redis-info.ts";
import { damageFault } from "./damage.ts";
import { inContainerOf, onRedis } from "./damaged-server.ts";
import { persistenceReaches } from "./persistence-reaches.ts";
import type { Fault } from "./fault.ts";

/**
 * Takes from a Redis server the right to create files in its data directory, and lets it save: the snapshot fails. By its defaults the
 * server then refuses writes. Lifting gives the right back, and lets it save again.
 */
export function failSnapshot(service: string): Fault {
  return damageFault({
    name: `failSnapshot(${service})`,
    service,
    does: `makes the data directory of ${service} read-only, and a snapshot fail`,
    read: (topology) =>
      onRedis(topology, service, async (redis) => {
        const info = parseRedisInfo(await redis.info("persistence"));
        return `the last snapshot: ${info.get("rdb_last_bgsave_status") ?? "unknown"}`;
      }),
    inject: async (topology) => {
      const { dataPath } = nodeOf(topology, service).definition;
      const mode = (await inContainerOf(topology, service, ["stat", "-c", "%a", dataPath])).trim();
      const save = async (status: string): Promise<void> => {
        await onRedis(topology, service, (redis) => redis.call("BGSAVE", "SCHEDULE"));
        await persistenceReaches(topology, service, {
          rdb_bgsave_in_progress: "0",
          rdb_last_bgsave_status: status,
        });
      };
      await inContainerOf(topology, service, ["chmod", "a-w", dataPath], { user: "root" });
      await save("err");
      return async () => {
        await inContainerOf(topology, service, ["chmod", mode, dataPath], { user: "root" });
        await save("ok");
      };
    },
  });
}
