import { expect, test } from "vitest";
import type { NodeState } from "../timeline/event.ts";
import { judgeNodes, type ExpectedNode } from "./baseline-nodes.ts";

const expected: readonly ExpectedNode[] = [
  { service: "pg", engine: "postgres", role: "primary", majorVersion: 17 },
  { service: "pg-replica", engine: "postgres", role: "replica", follows: "pg", majorVersion: 17 },
  { service: "cache", engine: "redis", role: "primary", majorVersion: 8 },
  { service: "cache-replica", engine: "redis", role: "replica", follows: "cache", majorVersion: 8 },
];
const linked = { streaming: true, synced: true };
const good: Readonly<Record<string, NodeState>> = {
  pg: { node: "pg", reachable: true, role: "primary", writable: true, version: "17.12" },
  "pg-replica": {
    node: "pg-replica",
    reachable: true,
    role: "replica",
    version: "17.12",
    replication: linked,
  },
  cache: { node: "cache", reachable: true, role: "primary", writable: true, version: "8.0.2" },
  "cache-replica": {
    node: "cache-replica",
    reachable: true,
    role: "replica",
    version: "8.0.2",
    replication: linked,
  },
};
const ids = new Map([
  ["pg", "a"],
  ["pg-replica", "a"],
  ["cache", "b"],
  ["cache-replica", "b"],
]);

function judge(node: string, change: Partial<NodeState>, otherIds: Readonly<Record<string, string>> = {}) {
  const states = Object.values(good).map((state) => (state.node === node ? { ...state, ...change } : state));
  return judgeNodes(expected, states, new Map([...ids, ...Object.entries(otherIds)]))?.code;
}

test("nodes as they are defined are no failure", () => {
  expect(judge("", {})).toBeUndefined();
});

test.each<[string, string, Partial<NodeState>, string]>([
  ["a primary that does not answer", "pg", { reachable: false }, "wrong-role"],
  ["a replica that does not answer", "pg-replica", { reachable: false }, "replication-not-streaming"],
  ["another major version", "pg-replica", { version: "16.9" }, "wrong-version"],
  ["a version that begins alike", "pg", { version: "170.1" }, "wrong-version"],
  ["an unknown version", "cache", { version: "" }, "wrong-version"],
  ["two primaries", "pg-replica", { role: "primary", writable: true }, "wrong-role"],
  ["a primary that takes no write", "cache", { writable: false }, "wrong-role"],
  [
    "a PostgreSQL replica without a stream",
    "pg-replica",
    { replication: { streaming: false, synced: false } },
    "replication-not-streaming",
  ],
  [
    "a Redis replica without a link",
    "cache-replica",
    { replication: { streaming: false, synced: false } },
    "replication-not-streaming",
  ],
  [
    "a Redis replica in its first copy",
    "cache-replica",
    { replication: { streaming: true, synced: false } },
    "replica-never-synced",
  ],
])("%s", (_, node, change, code) => {
  expect(judge(node, change)).toBe(code);
});

test("a replica that streams from another cluster", () => {
  expect(judge("", {}, { "pg-replica": "x" })).toBe("replica-of-another-cluster");
  expect(judge("", {}, { "cache-replica": "x" })).toBe("replica-of-another-cluster");
});

test("a Redis replica with an id of its own and no link never had a first copy", () => {
  const replication = { streaming: false, synced: false };
  expect(judge("cache-replica", { replication }, { "cache-replica": "x" })).toBe("replica-never-synced");
});
