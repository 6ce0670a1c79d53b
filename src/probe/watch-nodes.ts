import type { NewTimelineEvent, NodeState } from "../timeline/event.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import { observeNode } from "./node-state.ts";
import { repeatUntilDisposed } from "./repeat-until-disposed.ts";

/** Where a probe puts what it saw; a run's timeline is one. */
export interface EventRecorder {
  record(event: NewTimelineEvent): unknown;
}

/**
 * Observes every node all the time and records a `node-state` whenever one changed, the first state included. Lag alone is no
 * change. Disposing stops it and waits for the observations that are under way.
 *
 * `everyMs`: from the start of one observation of a node to the next, default 500.
 */
export function watchNodes(
  topology: StartedTopology,
  timeline: EventRecorder,
  { everyMs = 500 }: { readonly everyMs?: number } = {},
): AsyncDisposable {
  const watches = [...topology.nodes.values()].map((node) => {
    let last = "";
    return repeatUntilDisposed(everyMs, async () => {
      const state = await observeNode(topology, node);
      const comparable = withoutLag(state);
      if (comparable === last) return;
      last = comparable;
      timeline.record({ kind: "node-state", state });
    });
  });
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(watches.map((watch) => watch[Symbol.asyncDispose]()));
    },
  };
}

function withoutLag({ replication, ...state }: NodeState): string {
  return JSON.stringify([state, replication?.streaming, replication?.synced]);
}
