import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { noteRunStart } from "../oracle/run-start.ts";
import type { StreamRate } from "../probe/baseline-streams.ts";
import { establishBaseline } from "../probe/establish-baseline.ts";
import { baseDataOf, basePayload } from "../topology/base-data.ts";
import type { StoreKind, StreamDefinition } from "../workload/ledger-entry.ts";
import type { StreamStats } from "../workload/workload-options.ts";
import { startWorkload, type Workload } from "../workload/workload.ts";
import { collectBaseState } from "./base-state.ts";
import { BaselineNotEstablished, type RunInProgress } from "./run-in-progress.ts";

/** Writes have to be sustained for so long before the fault. */
const sustainedMs = 3000;

/**
 * Starts the workload and proves that the system worked: see {@link establishBaseline} for what is looked at. What is found goes on
 * the timeline; a baseline that is not there ends the story.
 */
export async function establishRunBaseline(run: RunInProgress): Promise<void> {
  const { timeline, topology, signal } = run;
  timeline.record({ kind: "phase-started", phase: "baseline" });
  run.runStart = await noteRunStart(topology);
  const workload = await startRunWorkload(run);
  run.workload = workload;
  const startedAt = timeline.record({ kind: "workload-started" }).at;
  const [baseState] = await Promise.all([
    collectBaseState(topology),
    recordBaseData(run, workload),
    pause(sustainedMs, undefined, { signal }),
  ]);
  run.baseState = baseState;
  const { at, streams } = workload.stats();
  const seconds = (at - startedAt) / 1000;
  const result = await establishBaseline(topology, {
    streams: streams.map((stream) => rateOf(stream, definitionOf(run.streams, stream), seconds)),
  });
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

function definitionOf(streams: readonly StreamDefinition[], { stream }: StreamStats): StreamDefinition {
  const definition = streams.find((candidate) => candidate.name === stream);
  if (definition === undefined)
    throw new TypeError(`the workload reports a stream ${stream} that the run does not have`);
  return definition;
}

function rateOf(stream: StreamStats, definition: StreamDefinition, seconds: number): StreamRate {
  return {
    definition,
    ratePerSecond: stream.acknowledged / seconds,
    failedShare: stream.finished === 0 ? 0 : stream.failed / stream.finished,
  };
}
