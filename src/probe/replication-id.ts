import type { StartedNode, StartedTopology } from "../topology/started-topology.ts";
import type { ReplicationIds } from "./baseline-nodes.ts";
import { redisAddress, postgresAddress } from "./node-address.ts";
import { nodeDeadlineMs } from "./node-state.ts";
import { withPostgres } from "./postgres-session.ts";
import { parseRedisInfo } from "./redis-info.ts";
import { withRedis } from "./redis-session.ts";

/** Asks every node which body of data it holds; a node that does not answer is left out. */
export async function readReplicationIds(topology: StartedTopology): Promise<ReplicationIds> {
  const read = await Promise.all(
    [...topology.nodes.values()].map(async (node) => {
      const id = await readReplicationId(topology, node).catch(() => undefined);
      return id === undefined ? [] : [[node.definition.service, id] as const];
    }),
  );
  return new Map(read.flat());
}

async function readReplicationId(topology: StartedTopology, node: StartedNode): Promise<string | undefined> {
  const endpoint = await node.directEndpoint();
  if (endpoint === undefined) return undefined;
  if (node.definition.engine === "redis") {
    return withRedis(redisAddress(topology, endpoint), nodeDeadlineMs, async (redis) =>
      parseRedisInfo(await redis.info("replication")).get("master_replid"),
    );
  }
  return withPostgres(postgresAddress(topology, endpoint), nodeDeadlineMs, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      "select system_identifier::text as id from pg_control_system()",
    );
    return rows[0]?.id;
  });
}
