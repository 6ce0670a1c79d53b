import { restartNode } from "../fault/restart-node.ts";
import { observeApplicationTargets } from "../probe/application-target.ts";
import { observeNode, patientDeadlineMs } from "../probe/node-state.ts";
import type { ApplicationTarget, NodeState } from "../timeline/event.ts";
import { awaitRecovery } from "./await-recovery.ts";
import type { RunInProgress } from "./run-in-progress.ts";
import { scanStores, type StoreSurvivors } from "./scan-stores.ts";
import { servingNodes } from "./serving-nodes.ts";
import { longestClientDeadlineMs } from "./story-context.ts";

/** Service has to last so long after the restart; shorter than the observation, for it only tells whether the restart undid something. */
const lastsMs = 2 * longestClientDeadlineMs;

/** A server that is started again replays its log first. */
const returnWithinMs = 60_000;

/**
 * One more, small disaster: the node that took over restarts. Role, data and service must be again what they were; a promotion
 * that lived in memory only, or an application that held on by luck, shows here.
 */
export async function runAftershock(run: RunInProgress): Promise<void> {
  const { timeline, topology, signal, streams, workload } = run;
  const node = await nodeThatTookOver(run);
  if (node === undefined || workload === undefined) return;
  timeline.record({ kind: "phase-started", phase: "aftershock" });
  const heldBefore = await scanStores(topology, run.runId, await servingNodes(topology));
  const started = topology.nodes.get(node);
  if (started === undefined) throw new TypeError(`the topology has no node ${node}`);
  const before = await observeNode(topology, started, patientDeadlineMs);
  timeline.record({ kind: "aftershock-started", node });
  const restart = restartNode(node);
  const injected = await restart.inject(topology);
  const restartedAt = timeline.clock.now();
  const bounds = { runbookEndedAt: restartedAt, observationMs: lastsMs, withinMs: returnWithinMs };
  const returned = await awaitRecovery(() => workload.stats(), streams, bounds, signal);
  await injected.lift();
  const after = await observeNode(topology, started, patientDeadlineMs);
  const lost = lostByRestart(heldBefore, await scanStores(topology, run.runId, await servingNodes(topology)));
  const detail = whatChanged(before, after, returned, lost);
  timeline.record({
    kind: "aftershock-ended",
    node,
    durable: detail === undefined,
    detail: detail ?? "role, data and service are what they were",
  });
}

/** Where the application finds the store that the fault took away. */
async function nodeThatTookOver({ topology, faults }: RunInProgress): Promise<string | undefined> {
  const broken = new Set(faults.flatMap(({ fault }) => fault.targets));
  const stores = new Set(
    [...broken].flatMap((service) => topology.nodes.get(service)?.definition.engine ?? []),
  );
  const targets: ApplicationTarget[] = await observeApplicationTargets(topology, patientDeadlineMs);
  return targets.find((target) => target.writable && stores.has(target.store))?.node;
}

function lostByRestart(before: StoreSurvivors, after: StoreSurvivors): number {
  let lost = 0;
  for (const [store, survivors] of before) {
    const ids = new Set(after.get(store)?.map(({ id }) => id) ?? []);
    lost += survivors.filter(({ id }) => !ids.has(id)).length;
  }
  return lost;
}

/** What is not as it was, in words; undefined when all is. */
function whatChanged(
  before: NodeState,
  after: NodeState,
  returned: boolean,
  lost: number,
): string | undefined {
  const changes: string[] = [];
  if (after.role !== before.role)
    changes.push(`its role was ${before.role ?? "unknown"} and is ${after.role ?? "unknown"}`);
  if (before.writable === true && after.writable !== true)
    changes.push(`it was writable and is not${after.detail === undefined ? "" : ` (${after.detail})`}`);
  if (after.timeline !== before.timeline)
    changes.push(`its timeline was ${before.timeline ?? 0} and is ${after.timeline ?? 0}`);
  if (lost > 0) changes.push(`${lost} writes that it held are gone`);
  if (!returned) changes.push("service did not return");
  return changes.length === 0 ? undefined : `after a restart ${changes.join(", ")}`;
}
