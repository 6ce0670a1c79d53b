import type { Instant } from "../timeline/clock.ts";
import type { TimelineEvent } from "../timeline/event.ts";
import type { LedgerEntry, StoreKind } from "../workload/ledger-entry.ts";
import { eventsOfKind, firstOfKind } from "./events-of-kind.ts";
import { nodeStores } from "./node-stores.ts";
import { succeeded } from "./outage-failures.ts";

/**
 * A server that took over, as one branch of the data. PostgreSQL's branches are WAL timelines, which tell them apart whatever node
 * they are on; Redis's are run_ids, of which a node has one for each time it was started.
 */
export interface Promotion {
  readonly store: StoreKind;
  readonly node?: string;
  readonly timeline?: number;
  readonly runIds?: ReadonlySet<string>;
  /** Writable at this instant, or earlier: a write was committed there. */
  readonly writableAt: Instant;
}

/** In the order in which they became writable. */
export function promotions(
  events: readonly TimelineEvent[],
  entries: readonly LedgerEntry[],
  store: StoreKind,
): Promotion[] {
  const found = store === "postgres" ? timelinePromotions(events, entries) : redisPromotions(events, entries);
  return found.sort((a, b) => a.writableAt - b.writableAt);
}

/** Whether a server acknowledged this write as part of that branch. */
export function isOn({ timeline, runIds }: Promotion, { answeredBy }: LedgerEntry): boolean {
  if (answeredBy === undefined) return false;
  if (timeline !== undefined) return answeredBy.timeline === timeline;
  return runIds?.has(answeredBy.node) === true;
}

function timelinePromotions(events: readonly TimelineEvent[], entries: readonly LedgerEntry[]): Promotion[] {
  const writableAt = new Map<number, Instant>();
  const see = (timeline: number | undefined, at: Instant): void => {
    if (timeline !== undefined) writableAt.set(timeline, Math.min(at, writableAt.get(timeline) ?? Infinity));
  };
  for (const { at, state } of eventsOfKind(events, "node-state")) {
    if (state.writable === true) see(state.timeline, at);
  }
  for (const entry of entries) {
    if (succeeded(entry)) see(entry.answeredBy?.timeline, entry.answeredAt);
  }
  const first = Math.min(...writableAt.keys());
  return [...writableAt]
    .filter(([timeline]) => timeline > first)
    .map(([timeline, at]) => ({ store: "postgres", timeline, writableAt: at }));
}

function redisPromotions(events: readonly TimelineEvent[], entries: readonly LedgerEntry[]): Promotion[] {
  const stores = nodeStores(events);
  const baseline = firstOfKind(events, "baseline-established");
  // What a server was before the baseline, while it was set up, took over from nobody.
  const states = [
    ...(baseline?.baseline.nodes ?? []).map((state) => ({ at: 0, state })),
    ...eventsOfKind(events, "node-state").filter(({ seq }) => seq > (baseline?.seq ?? 0)),
  ].filter(({ state }) => stores.get(state.node) === "redis");
  const runIds = new Map<string, Set<string>>();
  const replicaSince = new Map<string, Instant>();
  const found: Promotion[] = [];
  for (const { at, state } of states) {
    const { node } = state;
    const ids = runIds.get(node) ?? new Set<string>();
    runIds.set(node, ids);
    if (state.identity !== undefined) ids.add(state.identity);
    if (state.role === "replica" && !replicaSince.has(node)) replicaSince.set(node, at);
    const since = replicaSince.get(node);
    if (since === undefined || state.role !== "primary" || state.writable !== true) continue;
    replicaSince.delete(node);
    // Once it had been seen as a replica it acknowledged nothing until it was promoted.
    const first = entries
      .filter(
        (entry) => entry.answeredAt > since && succeeded(entry) && ids.has(entry.answeredBy?.node ?? ""),
      )
      .reduce((earliest, { answeredAt }) => Math.min(earliest, answeredAt), at);
    found.push({ store: "redis", node, runIds: ids, writableAt: first });
  }
  return found;
}
