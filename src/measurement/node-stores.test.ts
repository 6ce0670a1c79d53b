import { expect, test } from "vitest";
import { nodeStores } from "./node-stores.ts";
import { nodeState, runStarted, timeline } from "./testing/sketched-timeline.ts";
import { omit } from "./testing/omit.ts";

const unlisted = omit(runStarted(), "nodes");

test("a node that ever spoke of a timeline is PostgreSQL, and one that never did is Redis", () => {
  const events = timeline(
    [0, unlisted],
    nodeState(1, { node: "a", reachable: true, timeline: 1 }),
    nodeState(2, { node: "a", reachable: true }),
    nodeState(3, { node: "b", reachable: true }),
    nodeState(4, { node: "c", reachable: false }),
  );
  expect([...nodeStores(events)]).toEqual([
    ["a", "postgres"],
    ["b", "redis"],
  ]);
});

test("what the run lists of itself stands above what nodes tell", () => {
  const listed = runStarted({ nodes: [{ service: "b", store: "postgres" }] });
  const events = timeline([0, listed], nodeState(3, { node: "b", reachable: true }));
  expect(nodeStores(events).get("b")).toBe("postgres");
});
