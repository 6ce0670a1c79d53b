import type { NodeState } from "../timeline/event.ts";
import type { StartedNode, StartedTopology } from "../topology/started-topology.ts";
import { postgresAddress, redisAddress } from "./node-address.ts";
import { observePostgres } from "./postgres-state.ts";
import { observeRedis } from "./redis-state.ts";

/** How long a node may take to say what it is, in milliseconds. */
export const nodeDeadlineMs = 1_000;

/**
 * Asks a node what it is, over its own port and past every link, with one write that is really committed. Never throws for what
 * the node does or fails to do: a node that is dead, paused or refusing is a state.
 */
export async function observeNode(topology: StartedTopology, node: StartedNode): Promise<NodeState> {
  const { service, engine } = node.definition;
  const endpoint = await node.directEndpoint();
  if (endpoint === undefined)
    return { node: service, reachable: false, detail: "its container does not run" };
  return engine === "postgres"
    ? observePostgres(service, postgresAddress(topology, endpoint), nodeDeadlineMs)
    : observeRedis(service, redisAddress(topology, endpoint), nodeDeadlineMs);
}
