import type { NodeState } from "../timeline/event.ts";
import type { StartedTopology, StoreServer } from "../topology/started-topology.ts";
import { postgresAddress, redisAddress } from "./node-address.ts";
import { observePostgres } from "./postgres-state.ts";
import { observeRedis } from "./redis-state.ts";

/** How long a node that is watched all the time may take to say what it is, in milliseconds. */
export const nodeDeadlineMs = 1_000;

/**
 * How long a node may take where one look decides, in milliseconds: a busy machine stalls a server for more than a second, and no
 * figure depends on how fast this answer is.
 */
export const patientDeadlineMs = 5_000;

/**
 * Asks a node what it is, over its own port and past every link, with one write that is really committed. Never throws for what
 * the node does or fails to do: a node that is dead, paused or refusing is a state.
 */
export async function observeNode(
  topology: StartedTopology,
  node: StoreServer,
  deadlineMs = nodeDeadlineMs,
): Promise<NodeState> {
  const { service, engine } = node.definition;
  const endpoint = await node.directEndpoint();
  if (endpoint === undefined)
    return { node: service, reachable: false, detail: "its container does not run" };
  return engine === "postgres"
    ? observePostgres(service, postgresAddress(topology, endpoint), deadlineMs)
    : observeRedis(service, redisAddress(topology, endpoint), deadlineMs);
}
