import type { NodeState } from "../timeline/event.ts";
import { baseDataOf } from "../topology/base-data.ts";
import type { StartedNode, StartedTopology } from "../topology/started-topology.ts";
import { postgresAddress, redisAddress } from "./node-address.ts";
import { nodeDeadlineMs, observeNode } from "./node-state.ts";
import { digestPostgresData, findQuietTables, type QuietTables } from "./postgres-data.ts";
import { observePostgres } from "./postgres-state.ts";
import { digestRedisData } from "./redis-data.ts";
import { observeRedis } from "./redis-state.ts";

export interface NodeAndData {
  readonly state: NodeState;
  /** Digest of the data that no client of the workload changes; undefined where it could not be had cheaply. */
  readonly data?: string;
}

/** Observes the nodes of one topology, and remembers what does not change between two looks. */
export class NodeObserver {
  readonly #topology: StartedTopology;
  /** By node: a server of its own may not have the tables that its neighbour has. */
  readonly #quietTables = new Map<string, QuietTables>();

  constructor(topology: StartedTopology) {
    this.#topology = topology;
  }

  /**
   * What a node is, as {@link observeNode} tells it, and on a primary a digest of its data. A replica's is its primary's some time
   * later: what a step changed would show there in the step after it.
   */
  async observe(node: StartedNode): Promise<NodeAndData> {
    const { service, engine } = node.definition;
    const { postgres, redis } = this.#topology.system.stores;
    const endpoint = await node.directEndpoint();
    const seen: { data?: string } = {};
    if (endpoint !== undefined && engine === "postgres" && postgres !== undefined) {
      const address = postgresAddress(this.#topology, endpoint);
      const state = await observePostgres(service, address, nodeDeadlineMs, async (client) => {
        const quiet = this.#quietTables.get(service) ?? (await findQuietTables(client, postgres));
        if (quiet !== undefined) this.#quietTables.set(service, quiet);
        // Without its own table the workload writes none.
        seen.data = await digestPostgresData(client, postgres.scan, quiet ?? postgres.tables);
      });
      return { state, ...seen };
    }
    if (endpoint !== undefined && engine === "redis" && redis !== undefined) {
      const baseKeys = baseDataOf(this.#topology.system).redis;
      const address = redisAddress(this.#topology, endpoint);
      const state = await observeRedis(service, address, nodeDeadlineMs, async (client) => {
        seen.data = await digestRedisData(client, redis, baseKeys);
      });
      return { state, ...seen };
    }
    return { state: await observeNode(this.#topology, node) };
  }
}
