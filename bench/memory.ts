import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { defaultStreams } from "../src/authoring/default-streams.ts";
import { connectEngine } from "../src/engine/engine.ts";
import { watchNodes } from "../src/probe/watch-nodes.ts";
import { RunClock } from "../src/timeline/clock.ts";
import { startTopology } from "../src/topology/start-topology.ts";
import { startWorkload } from "../src/workload/workload.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { atMost, type BenchRow } from "./bench-row.ts";

const minutes = 5;
const samplesPerMinute = 60;

/** Memory of the harness, thread of the workload included, in the second and in the last of five minutes under load. */
export async function measureMemory(): Promise<BenchRow[]> {
  const engine = await connectEngine();
  const clock = new RunClock();
  const system = abtpro();
  await using topology = await startTopology(system, { runId: "benchmem", clock, engine });
  await using running = new AsyncDisposableStack();
  running.use(watchNodes(topology, { record: () => undefined }));
  const workload = await startWorkload({
    runId: topology.runId,
    seed: "memory",
    originNs: clock.originNs,
    enginePath: engine.socketPath,
    project: topology.project,
    stores: system.stores,
    http: system.application.http,
    streams: defaultStreams(system),
    ledgerFile: join(await mkdtemp(join(tmpdir(), "drill-bench-")), "ledger.tsv"),
  });
  running.use(workload);
  const perMinute: number[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    let peak = 0;
    for (let sample = 0; sample < samplesPerMinute; sample += 1) {
      await pause(60_000 / samplesPerMinute);
      peak = Math.max(peak, process.memoryUsage.rss());
    }
    perMinute.push(peak / 2 ** 20);
  }
  const [, second = Number.NaN] = perMinute;
  const last = perMinute.at(-1) ?? Number.NaN;
  return [
    atMost(1.1, { job: "peak memory, fifth minute against second", byHand: second, here: last, unit: "MiB" }),
  ];
}
