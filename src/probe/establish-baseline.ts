import type { Baseline, BaselineFailure, NodeState } from "../timeline/event.ts";
import { baseDataOf } from "../topology/base-data.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import { judgeNodes, type ExpectedNode } from "./baseline-nodes.ts";
import { judgeStreams, type StreamRate } from "./baseline-streams.ts";
import { countBaseData } from "./count-base-data.ts";
import { failureDetail } from "./failure-detail.ts";
import { measureLag, type LagSampling } from "./measure-lag.ts";
import { observeNode, patientDeadlineMs } from "./node-state.ts";
import { readReplicationIds } from "./replication-id.ts";

export interface BaselineOptions {
  readonly streams: readonly StreamRate[];
  readonly lag?: LagSampling;
}

export type EstablishedBaseline =
  | { readonly established: true; readonly baseline: Baseline }
  | { readonly established: false; readonly code: BaselineFailure; readonly detail: string };

/**
 * Proves that the system worked before anything is blamed on a fault: sustained writes, nodes in their roles and versions, replicas
 * of their own primary streaming and synced, and all base data on every node. Lag is no failure; it is stated with its slope.
 *
 * Throws nothing for a system that does not work: that is a baseline that was not established.
 */
export async function establishBaseline(
  topology: StartedTopology,
  options: BaselineOptions,
): Promise<EstablishedBaseline> {
  const states = await Promise.all(
    [...topology.nodes.values()].map((node) => observeNode(topology, node, patientDeadlineMs)),
  );
  const failure =
    judgeStreams(options.streams) ??
    judgeNodes(expectedNodes(topology), states, await readReplicationIds(topology));
  if (failure !== undefined) return { established: false, ...failure };
  const [lag, baseData] = await Promise.all([
    measureLag(topology, options.lag).catch((error: unknown) => failureDetail(error)),
    countEverywhere(topology),
  ]);
  if (typeof baseData === "string")
    return { established: false, code: "base-data-missing", detail: baseData };
  if (typeof lag === "string") {
    return {
      established: false,
      code: "replication-not-streaming",
      detail: `lag could not be measured: ${lag}`,
    };
  }
  if (lag.stalled.length > 0) {
    const detail = `${lag.stalled.join(" and ")} received nothing for a second while the primary went on writing`;
    return { established: false, code: "replication-not-streaming", detail };
  }
  return { established: true, baseline: baselineOf(options, states, lag.lag, baseData) };
}

function expectedNodes(topology: StartedTopology): ExpectedNode[] {
  return [...topology.nodes.values()].map(({ definition }) => definition);
}

function baselineOf(
  options: BaselineOptions,
  nodes: readonly NodeState[],
  lag: Baseline["lag"],
  baseData: Baseline["baseData"],
): Baseline {
  const rates = options.streams.map(
    ({ definition, ratePerSecond }) => [definition.name, ratePerSecond] as const,
  );
  return { ratePerSecond: Object.fromEntries(rates), nodes, lag, baseData };
}

/** Base data by store, or what is missing on which node. */
async function countEverywhere(topology: StartedTopology): Promise<Baseline["baseData"] | string> {
  const expected = baseDataOf(topology.system);
  const counts = await Promise.all(
    [...topology.nodes.values()].map(async (node) => {
      const found = await countBaseData(topology, node).catch((error: unknown) => failureDetail(error));
      return { definition: node.definition, found };
    }),
  );
  const baseData: Record<string, number> = {};
  for (const { definition, found } of counts) {
    const due = expected[definition.engine];
    if (found !== due) return `${definition.service} should hold ${due} rows or keys of base data: ${found}`;
    if (definition.role === "primary") baseData[definition.engine] = found;
  }
  return baseData;
}
