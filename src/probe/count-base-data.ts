import type { StartedNode, StartedTopology } from "../topology/started-topology.ts";
import { baseRun } from "../topology/base-data.ts";
import { endpointOf, postgresAddress, redisAddress } from "./node-address.ts";
import { withPostgres } from "./postgres-session.ts";
import { withRedis } from "./redis-session.ts";
import { keyGlob } from "./run-keys.ts";

/** How long counting may take on one node, in milliseconds. */
const countDeadlineMs = 60_000;

/** Rows or keys that a node holds of the data that was there before the run. */
export async function countBaseData(topology: StartedTopology, node: StartedNode): Promise<number> {
  const endpoint = await endpointOf(node);
  const { postgres, redis } = topology.system.stores;
  if (node.definition.engine === "postgres" && postgres !== undefined) {
    return withPostgres(postgresAddress(topology, endpoint), countDeadlineMs, async (client) => {
      const { rows } = await client.query<{ count: string }>(countOfScan(postgres.scan), [baseRun]);
      return Number(rows[0]?.count);
    });
  }
  if (node.definition.engine === "redis" && redis !== undefined) {
    const pattern = keyGlob(redis.keyPattern, baseRun);
    return withRedis(redisAddress(topology, endpoint), countDeadlineMs, async (client) => {
      const keys = new Set<string>();
      // SCAN may give a key twice.
      for await (const batch of client.scanStream({ match: pattern, count: 1_000 })) {
        for (const key of batch as string[]) keys.add(key);
      }
      return keys.size;
    });
  }
  return 0;
}

/** A scan's statement may end in a semicolon, which would end the statement around it. */
export function countOfScan(scan: string): string {
  return `select count(*)::text as count from (${scan.trim().replace(/;$/, "")}) as scanned`;
}
