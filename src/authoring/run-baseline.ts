import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { noteRunStart } from "../oracle/run-start.ts";
import { judgeStreams, type StreamRate } from "../probe/baseline-streams.ts";
import { establishBaseline, type EstablishedBaseline } from "../probe/establish-baseline.ts";
import { baseDataOf, basePayload } from "../topology/base-data.ts";
import type { StoreKind, StreamDefinition } from "../workload/ledger-entry.ts";
import type { WorkloadStats } from "../workload/workload-options.ts";
import { startWorkload, type Workload } from "../workload/workload.ts";
import { collectBaseState } from "./base-state.ts";
import { BaselineNotEstablished, type RunInProgress } from "./run-in-progress.ts";

/** Requests have to succeed for so long in one piece before the fault. */
const sustainedMs = 3000;

/** A stall of the machine, as when another system starts on it, may spoil a few such spans; a system that fails spoils all of them. */
const settleWithinMs = 30_000;

/**
 * Starts the workload and proves that the system worked: see {@link establishBaseline} for what is looked at. What is found goes on
 * the timeline; a baseline that is not there ends the story.
 */
export async function establishRunBaseline(run: RunInProgress): Promise<void> {
  const { timeline, topology } = run;
  timeline.record({ kind: "phase-started", phase: "baseline" });
  run.runStart = await noteRunStart(topology);
  const workload = await startRunWorkload(run);
  run.workload = workload;
  timeline.record({ kind: "workload-started" });
  const [baseState, result] = await Promise.all([
    collectBaseState(topology),
    settledBaseline(run, workload),
    recordBaseData(run, workload),
  ]);
  run.baseState = baseState;
  if (!result.established) {
    timeline.record({ kind: "baseline-failed", code: result.code, detail: result.detail });
    throw new BaselineNotEstablished(result.detail);
  }
  timeline.record({ kind: "baseline-established", baseline: result.baseline });
}

async function startRunWorkload(run: RunInProgress): Promise<Workload> {
  const { engine, options, timeline, topology } = run;
  const { system } = topology;
  return startWorkload({
    runId: run.runId,
    seed: run.seed,
    originNs: timeline.clock.originNs,
    enginePath: engine.socketPath,
    project: topology.project,
    stores: system.stores,
    http: system.application.http,
    streams: run.streams,
    ledgerFile: join(options.outDirectory, "ledger.tsv"),
  });
}

/** The data that was there before the run is in the ledger too: losing it is a loss. */
async function recordBaseData({ topology }: RunInProgress, workload: Workload): Promise<void> {
  const counts = baseDataOf(topology.system);
  for (const store of ["postgres", "redis"] satisfies StoreKind[]) {
    const entries = Array.from({ length: counts[store] }, (_, index) => ({
      id: -(index + 1),
      payloadHash: createHash("md5")
        .update(basePayload(index + 1))
        .digest("hex"),
    }));
    if (entries.length > 0) await workload.recordBaseData(store, entries);
  }
}

/** The baseline of the first span that nothing disturbed from its beginning to the end of the checks, or of the last one in time. */
async function settledBaseline(
  { topology, streams, signal }: RunInProgress,
  workload: Workload,
): Promise<EstablishedBaseline> {
  const deadline = performance.now() + settleWithinMs;
  for (;;) {
    const before = workload.stats();
    const ratesSoFar = (): readonly StreamRate[] => ratesBetween(before, workload.stats(), streams);
    await pause(sustainedMs, undefined, { signal });
    const result = await establishBaseline(topology, { streams: ratesSoFar() });
    const doubt = judgeStreams(ratesSoFar());
    if (doubt === undefined) return result;
    if (performance.now() >= deadline) return { established: false, ...doubt };
  }
}

/** What each stream did from one look at the live figures to the next. */
export function ratesBetween(
  before: WorkloadStats,
  after: WorkloadStats,
  definitions: readonly StreamDefinition[],
): readonly StreamRate[] {
  const seconds = (after.at - before.at) / 1000;
  return definitions.map((definition) => {
    const count = (stats: WorkloadStats, what: "acknowledged" | "failed" | "finished"): number =>
      stats.streams.find(({ stream }) => stream === definition.name)?.[what] ?? 0;
    const grown = (what: "acknowledged" | "failed" | "finished"): number =>
      count(after, what) - count(before, what);
    return {
      definition,
      ratePerSecond: seconds > 0 ? grown("acknowledged") / seconds : 0,
      failedShare: grown("finished") === 0 ? 0 : grown("failed") / grown("finished"),
    };
  });
}
