import { collectIntegrity } from "../integrity/collect-integrity.ts";
import type { IntegritySnapshot } from "../integrity/integrity-snapshot.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import type { StoreKind } from "../workload/ledger-entry.ts";

/** What each store held and how it was set up before the fault. */
export type BaseState = ReadonlyMap<StoreKind, IntegritySnapshot>;

/** Collects it from the primaries, over their own ports. */
export async function collectBaseState(topology: StartedTopology): Promise<BaseState> {
  const primaries = [...topology.nodes.values()].filter(({ definition }) => definition.role === "primary");
  const snapshots = await Promise.all(primaries.map((node) => collectIntegrity(topology, node)));
  return new Map(snapshots.map((snapshot) => [snapshot.store, snapshot]));
}
