import { describe, expect, test } from "vitest";
import type { NodeState, TimelineEvent } from "../timeline/event.ts";
import type { LedgerEntry } from "../workload/ledger-entry.ts";
import { divergentWrites } from "./divergent-writes.ts";
import { promotions } from "./promotions.ts";
import { ledger, traffic } from "./testing/sketched-ledger.ts";
import { nodeState, runStarted, timeline, type Sketch } from "./testing/sketched-timeline.ts";

function divergent(
  store: "postgres" | "redis",
  events: readonly TimelineEvent[],
  entries: readonly LedgerEntry[],
) {
  return divergentWrites(entries, promotions(events, entries, store)).map(({ sentAt }) => sentAt);
}

describe("PostgreSQL, by timeline", () => {
  const on = (timeline: number, node: string) => ({ answeredBy: { node, timeline } });
  const promoted = timeline(
    nodeState(0, { node: "a", reachable: true, role: "primary", writable: true, timeline: 1 }),
    nodeState(2_000, { node: "b", reachable: true, role: "primary", writable: true, timeline: 2 }),
  );

  test("what the old timeline acknowledges after the new one is writable is divergent", () => {
    const entries = ledger(traffic({ from: 1_000, to: 2_040, ...on(1, "a") }));
    expect(divergent("postgres", promoted, entries)).toEqual([2_000, 2_020, 2_040]);
  });

  test("an acknowledgement by the new timeline says it was writable before any probe did", () => {
    const entries = ledger(
      traffic({ from: 1_500, to: 1_540, ...on(1, "a") }),
      traffic({ from: 1_510, to: 1_510, ...on(2, "b") }),
    );
    expect(divergent("postgres", promoted, entries)).toEqual([1_520, 1_540]);
  });

  test("what it acknowledged before is loss at most", () => {
    const entries = ledger(traffic({ from: 1_000, to: 1_980, ...on(1, "a") }));
    expect(divergent("postgres", promoted, entries)).toEqual([]);
  });

  test("the same node on a later timeline is no divergence: a failback", () => {
    const events = timeline(
      nodeState(0, { node: "a", reachable: true, writable: true, timeline: 1 }),
      nodeState(2_000, { node: "b", reachable: true, writable: true, timeline: 2 }),
      nodeState(4_000, { node: "a", reachable: true, writable: true, timeline: 3 }),
    );
    const entries = ledger(
      traffic({ from: 2_100, to: 3_900, ...on(2, "b") }),
      traffic({ from: 4_100, to: 5_000, ...on(3, "a") }),
    );
    expect(divergent("postgres", events, entries)).toEqual([]);
  });

  test("where nothing was promoted nothing diverges", () => {
    expect(
      divergent("postgres", promoted.slice(0, 1), ledger(traffic({ from: 0, to: 5_000, ...on(1, "a") }))),
    ).toEqual([]);
  });
});

describe("Redis, by run_id", () => {
  const state = (node: string, identity: string, role: "primary" | "replica"): NodeState => ({
    node,
    identity,
    role,
    reachable: true,
    writable: role === "primary",
  });
  const started = runStarted({
    nodes: [
      { service: "redis", store: "redis" },
      { service: "redis-replica", store: "redis" },
    ],
  });
  const promoted: Sketch[] = [
    [0, started],
    nodeState(10, state("redis", "old", "primary")),
    nodeState(10, state("redis-replica", "new", "replica")),
    nodeState(2_000, state("redis-replica", "new", "primary")),
  ];
  const events = timeline(...promoted);
  const by = (node: string) => ({ answeredBy: { node } });

  test("what the old primary acknowledges after the replica was promoted is divergent", () => {
    const entries = ledger(
      traffic({ from: 1_000, to: 2_040, ...by("old") }),
      traffic({ from: 2_010, to: 2_100, ...by("new") }),
    );
    expect(divergent("redis", events, entries)).toEqual([2_000, 2_020, 2_040]);
  });

  test("the promoted node's first acknowledgement counts before any probe's word", () => {
    const entries = ledger(
      traffic({ from: 1_500, to: 1_540, ...by("old") }),
      traffic({ from: 1_510, to: 1_510, ...by("new") }),
    );
    expect(divergent("redis", events, entries)).toEqual([1_520, 1_540]);
  });

  test("the promoted node under the run_id of its next start is itself", () => {
    const restarted = timeline(...promoted, nodeState(3_000, state("redis-replica", "newer", "primary")));
    const entries = ledger(traffic({ from: 3_100, to: 3_200, ...by("newer") }));
    expect(divergent("redis", restarted, entries)).toEqual([]);
  });

  test("a server that was its own primary until a replica was made of it has taken over from nobody", () => {
    const nodes = [state("redis", "old", "primary"), state("redis-replica", "new", "replica")];
    const setUp = timeline([0, started], nodeState(10, state("redis-replica", "new", "primary")), [
      1_000,
      { kind: "baseline-established", baseline: { ratePerSecond: {}, nodes, baseData: {}, lag: {} } },
    ]);
    expect(divergent("redis", setUp, ledger(traffic({ from: 100, to: 2_000, ...by("old") })))).toEqual([]);
  });

  test("a failback makes the old node the right one again", () => {
    const back = timeline(
      ...promoted,
      nodeState(3_000, state("redis", "old2", "replica")),
      nodeState(4_000, state("redis", "old2", "primary")),
    );
    const entries = ledger(
      traffic({ from: 100, to: 900, ...by("old") }),
      traffic({ from: 2_100, to: 3_900, ...by("new") }),
      traffic({ from: 4_100, to: 5_000, ...by("old2") }),
    );
    expect(divergent("redis", back, entries)).toEqual([]);
  });
});
