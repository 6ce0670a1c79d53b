import type { Redis } from "ioredis";
import type { Client } from "pg";
import { execInContainer } from "../engine/exec.ts";
import { endpointOf, nodeOf, postgresAddress, redisAddress } from "../probe/node-address.ts";
import { withPostgres } from "../probe/postgres-session.ts";
import { withRedis } from "../probe/redis-session.ts";
import type { StartedNode, StartedTopology } from "../topology/started-topology.ts";
import type { NodeDefinition } from "../topology/system-definition.ts";
import { notDamaged } from "./damage.ts";

/** How long one administrator's session may take: every row of a table may have to be written, and locks of the workload waited for. */
const sessionMs = 60_000;

/** One session of the administrator on a PostgreSQL node, past every link. */
export async function onPostgres<T>(
  topology: StartedTopology,
  service: string,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const endpoint = await endpointOf(nodeRunning(topology, service, "postgres"));
  return withPostgres(postgresAddress(topology, endpoint), sessionMs, use);
}

/** The text of the one column of the one row that a query gives. */
export async function readText(
  topology: StartedTopology,
  service: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<string> {
  return onPostgres(topology, service, async (client) => {
    const { rows } = await client.query<{ text: string | null }>(sql, [...values]);
    return rows[0]?.text ?? "nothing";
  });
}

/** All that `use` does, or nothing of it. */
export async function inTransaction<T>(
  topology: StartedTopology,
  service: string,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  return onPostgres(topology, service, async (client) => {
    await client.query("begin");
    // A session that ends with its transaction open has done nothing: an error needs no rollback.
    const result = await use(client);
    await client.query("commit");
    return result;
  });
}

/** One session of the administrator on a Redis node, past every link. */
export async function onRedis<T>(
  topology: StartedTopology,
  service: string,
  use: (redis: Redis) => Promise<T>,
): Promise<T> {
  const endpoint = await endpointOf(nodeRunning(topology, service, "redis"));
  return withRedis(redisAddress(topology, endpoint), sessionMs, use);
}

/** Runs a program inside a node's container and returns what it printed. */
export async function inContainerOf(
  topology: StartedTopology,
  service: string,
  argv: readonly string[],
  options: { readonly user?: string; readonly stdin?: string } = {},
): Promise<string> {
  const { containerName } = nodeOf(topology, service);
  const { exitStatus, stdout, stderr } = await execInContainer(topology.docker, containerName, argv, options);
  if (exitStatus === 0) return stdout;
  throw notDamaged(
    `${argv[0] ?? "a program"} in ${service} to succeed`,
    `exit status ${exitStatus} and “${stderr.trim().slice(0, 200)}”`,
    "see the log of its container",
  );
}

/** The node of a service, which has to be a server of that kind. */
function nodeRunning(
  topology: StartedTopology,
  service: string,
  engine: NodeDefinition["engine"],
): StartedNode {
  const node = nodeOf(topology, service);
  if (node.definition.engine === engine) return node;
  const there = topology.system.nodes.filter((each) => each.engine === engine);
  throw notDamaged(
    `a ${engine} node to damage`,
    `that ${service} is a ${node.definition.engine} node`,
    `name one of ${there.map((each) => each.service).join(", ")}`,
  );
}
