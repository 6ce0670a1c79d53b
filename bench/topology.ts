import { connectEngine, type Engine } from "../src/engine/engine.ts";
import { RunClock } from "../src/timeline/clock.ts";
import { startTopology } from "../src/topology/start-topology.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { atMost, type BenchRow } from "./bench-row.ts";
import { median, secondsOf } from "./timing.ts";
import { prepareByHand } from "./topology-by-hand.ts";

/** Seconds until everything is ready, and until everything is gone. */
interface TopologyTiming {
  readonly readySeconds: number;
  readonly goneSeconds: number;
}

interface TopologyBench {
  /** `docker-compose up -d --wait` and `docker-compose down -v -t 0` of the same services. */
  readonly byHand: readonly TopologyTiming[];
  /** The harness, with replication proven and the base data in place, which the other way has not. */
  readonly harness: readonly TopologyTiming[];
}

/** Starts and removes the same services both ways, in turn, so that what else the machine does meets both. */
async function benchTopology(engine: Engine, rounds: number): Promise<TopologyBench> {
  const byHand: TopologyTiming[] = [];
  const harness: TopologyTiming[] = [];
  for (let round = 0; round < rounds; round += 1) {
    byHand.push(await timeByHand(engine));
    harness.push(await timeHarness(engine));
  }
  return { byHand, harness };
}

async function timeByHand(engine: Engine): Promise<TopologyTiming> {
  await using prepared = await prepareByHand(engine, abtpro(), benchRunId());
  return {
    readySeconds: await secondsOf(() => prepared.compose("up", "--detach", "--wait")),
    goneSeconds: await secondsOf(() => prepared.compose("down", "--volumes", "--timeout", "0")),
  };
}

async function timeHarness(engine: Engine): Promise<TopologyTiming> {
  const startedAt = performance.now();
  const topology = await startTopology(abtpro(), { runId: benchRunId(), clock: new RunClock(), engine });
  const readySeconds = (performance.now() - startedAt) / 1000;
  return { readySeconds, goneSeconds: await secondsOf(() => topology[Symbol.asyncDispose]()) };
}

function benchRunId(): string {
  return `b${Math.random().toString(36).slice(2, 9).padEnd(7, "0")}`;
}

const rounds = 3;

/** The topology against `docker-compose up -d --wait` and `down` of the same services. */
export async function measureTopology(): Promise<BenchRow[]> {
  const { byHand, harness } = await benchTopology(await connectEngine(), rounds);
  const row = (job: string, limit: number, of: (timing: TopologyTiming) => number): BenchRow =>
    atMost(limit, { job, byHand: median(byHand.map(of)), here: median(harness.map(of)), unit: "s" });
  return [
    row(
      "topology ready (here with replication proven and data seeded)",
      1,
      ({ readySeconds }) => readySeconds,
    ),
    row("topology gone", 1.2, ({ goneSeconds }) => goneSeconds),
  ];
}
