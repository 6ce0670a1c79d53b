import { eventsOfKind } from "../measurement/events-of-kind.ts";
import { nodeStores } from "../measurement/node-stores.ts";
import type { RecordedRun } from "../measurement/recorded-run.ts";
import type { Instant } from "../timeline/clock.ts";
import type { StoreKind } from "../workload/ledger-entry.ts";

export interface WritableTogether {
  readonly store: StoreKind;
  readonly nodes: readonly string[];
  readonly at: Instant;
}

/**
 * Nodes of one store that were writable at the same time, at `from` or later; the last word of each node holds until its next. With
 * `from` undefined only the end counts. What nodes say after the harness lifted a fault at the end of a run is its own doing: it
 * revived them.
 */
export function writableTogether(run: RecordedRun, from: Instant | undefined): WritableTogether[] {
  const { events, observedUntil } = run;
  const cleanUpSeq =
    events.find(({ kind, at }) => kind === "fault-lifted" && at >= observedUntil)?.seq ?? Infinity;
  const states = eventsOfKind(events, "node-state").filter(({ seq }) => seq < cleanUpSeq);
  const stores = nodeStores(events);
  const writable = new Map<string, Set<string>>();
  const found = new Map<string, WritableTogether>();
  const note = (store: StoreKind, at: Instant): void => {
    const nodes = [...(writable.get(store) ?? [])].sort();
    const key = `${store} ${nodes.join(" ")}`;
    if (nodes.length > 1 && !found.has(key)) found.set(key, { store, nodes, at });
  };
  const isLast = (position: number): boolean => position === states.length - 1;
  states.forEach(({ at, state }, position) => {
    const store = stores.get(state.node);
    if (store !== undefined) {
      const nodes = writable.get(store) ?? new Set<string>();
      writable.set(store, nodes);
      // Two nodes that were both writable when service came back were so before, too.
      if (from !== undefined && at >= from) note(store, from);
      if (state.reachable && state.writable === true) nodes.add(state.node);
      else nodes.delete(state.node);
      if (from !== undefined && at >= from) note(store, at);
    }
    if (isLast(position)) for (const each of writable.keys()) note(each as StoreKind, at);
  });
  return [...found.values()];
}
