import { observeApplicationTargets } from "../probe/application-target.ts";
import { observeNode, patientDeadlineMs } from "../probe/node-state.ts";
import type { StartedNode, StartedTopology } from "../topology/started-topology.ts";
import type { StoreKind } from "../workload/ledger-entry.ts";

/** By store, the node that serves it. */
export type ServingNodes = ReadonlyMap<StoreKind, StartedNode>;

/**
 * The node that serves each store now: where the application's writes arrive, else one that takes writes. A store that nothing
 * serves is left out; what it holds can't be told.
 */
export async function servingNodes(topology: StartedTopology): Promise<ServingNodes> {
  const [targets, states] = await Promise.all([
    observeApplicationTargets(topology, patientDeadlineMs),
    Promise.all(
      [...topology.nodes.values()].map(async (node) => ({
        node,
        state: await observeNode(topology, node, patientDeadlineMs),
      })),
    ),
  ]);
  const serving = new Map<StoreKind, StartedNode>();
  for (const { node, state } of states) {
    if (state.writable === true && !serving.has(node.definition.engine))
      serving.set(node.definition.engine, node);
  }
  for (const target of targets) {
    const node = target.node === undefined ? undefined : topology.nodes.get(target.node);
    if (target.writable && node !== undefined) serving.set(target.store, node);
  }
  return serving;
}
