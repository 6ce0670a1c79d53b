import type { TimelineEvent } from "../timeline/event.ts";
import type { StoreKind } from "../workload/ledger-entry.ts";
import { eventsOfKind, firstOfKind } from "./events-of-kind.ts";

/**
 * Which store each data node holds: as the run's first event lists them, else as the nodes themselves tell. Only PostgreSQL has a
 * timeline, and a node that never answered has no store.
 */
export function nodeStores(events: readonly TimelineEvent[]): ReadonlyMap<string, StoreKind> {
  const stores = new Map<string, StoreKind>();
  for (const { state } of eventsOfKind(events, "node-state")) {
    if (!state.reachable || stores.get(state.node) === "postgres") continue;
    stores.set(state.node, state.timeline === undefined ? "redis" : "postgres");
  }
  for (const { service, store } of firstOfKind(events, "run-started")?.nodes ?? [])
    stores.set(service, store);
  return stores;
}
