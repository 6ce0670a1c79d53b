import type { BaselineFailure, NodeState } from "../timeline/event.ts";
import type { NodeDefinition } from "../topology/system-definition.ts";

export type ExpectedNode = Pick<NodeDefinition, "service" | "engine" | "role" | "follows" | "majorVersion">;

/** Which body of data a node's data belongs to: PostgreSQL's system identifier, Redis' replication id; by service. */
export type ReplicationIds = ReadonlyMap<string, string>;

export interface NodeFailure {
  readonly code: BaselineFailure;
  readonly detail: string;
}

/** The first thing that makes the nodes another system than the one defined; undefined when they are as defined. */
export function judgeNodes(
  expected: readonly ExpectedNode[],
  states: readonly NodeState[],
  ids: ReplicationIds,
): NodeFailure | undefined {
  for (const node of expected) {
    const state = states.find((candidate) => candidate.node === node.service);
    const failure = judgeNode(node, state, ids);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function judgeNode(
  node: ExpectedNode,
  state: NodeState | undefined,
  ids: ReplicationIds,
): NodeFailure | undefined {
  const { service, role, majorVersion } = node;
  if (state?.reachable !== true) {
    const code = role === "primary" ? "wrong-role" : "replication-not-streaming";
    return { code, detail: `${service} does not answer: ${state?.detail ?? "it was not asked"}` };
  }
  if (majorOf(state.version) !== majorVersion) {
    const detail = `${service} should run version ${majorVersion}, and runs ${state.version ?? "an unknown one"}`;
    return { code: "wrong-version", detail };
  }
  if (state.role !== role) {
    return { code: "wrong-role", detail: `${service} should be ${role}, and is ${state.role ?? "unknown"}` };
  }
  if (role === "primary") {
    if (state.writable === true) return undefined;
    return { code: "wrong-role", detail: `${service} takes no write: ${state.detail ?? "no reason given"}` };
  }
  return judgeReplica(node, state, ids);
}

function judgeReplica(node: ExpectedNode, state: NodeState, ids: ReplicationIds): NodeFailure | undefined {
  const { service, engine, follows = "" } = node;
  const own = ids.get(service);
  const followed = ids.get(follows);
  const sameCluster = own !== undefined && own === followed;
  const { streaming, synced } = state.replication ?? { streaming: false, synced: false };
  const link = `its link is ${streaming ? "up" : "down"}`;
  // A Redis replica takes over its primary's id when its first copy is complete. Until then it has one of its own, and so has one
  // that follows another primary: what tells them apart is the link.
  if (!sameCluster && (engine === "postgres" || synced)) {
    const detail = `${service} belongs to ${own ?? "an unknown cluster"}, and ${follows} to ${followed ?? "an unknown one"}`;
    return { code: "replica-of-another-cluster", detail };
  }
  if (engine === "redis" && (!sameCluster || (streaming && !synced))) {
    return {
      code: "replica-never-synced",
      detail: `${service} has not finished its first copy of ${follows}; ${link}`,
    };
  }
  if (!streaming) {
    return {
      code: "replication-not-streaming",
      detail: `${service} does not stream from ${follows}; ${link}`,
    };
  }
  return undefined;
}

function majorOf(version: string | undefined): number {
  return Number.parseInt(version ?? "", 10);
}
