import { connectEngine } from "../src/engine/engine.ts";
import { execInContainer } from "../src/engine/exec.ts";
import { StateObserver } from "../src/probe/system-state.ts";
import { followRunbook } from "../src/runbook/follow.ts";
import type { Runbook } from "../src/runbook/model.ts";
import { parseRunbook } from "../src/runbook/parse.ts";
import { RunClock } from "../src/timeline/clock.ts";
import { startTopology } from "../src/topology/start-topology.ts";
import type { StartedTopology } from "../src/topology/started-topology.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import type { BenchRow } from "./bench-row.ts";

const steps = 20;
const command = 'docker-compose exec -T postgres psql -U abtuser -d abtpro_db -Atc "SELECT 1"';

/** What a followed step may cost over the bare command, in milliseconds, the look at the system's state after it included. */
const allowedMs = 50;

/** A documented command as a step of a runbook against the same command, as often, in one shell in the same container. */
export async function measureStep(): Promise<BenchRow[]> {
  const engine = await connectEngine();
  const clock = new RunClock();
  await using topology = await startTopology(abtpro(), { runId: "benchstp", clock, engine });
  const script = `cd ${topology.operator.checkout} && for n in $(seq ${steps}); do ${command}; done`;
  const bareStartedAt = clock.now();
  await execInContainer(topology.docker, topology.operator.containerId, ["bash", "-c", script]);
  const bareMs = (clock.now() - bareStartedAt) / steps;

  const markdown = `# Bench\n\n${`\`\`\`sh\n${command}\n\`\`\`\n\n`.repeat(steps)}`;
  // A document is read before anything is started.
  const runbook = await parseRunbook(markdown, "bench.md");
  const followStartedAt = clock.now();
  await follow(runbook, topology, clock);
  const hereMs = (clock.now() - followStartedAt) / steps;
  return [
    {
      job: "one documented command, followed as a step",
      byHand: `${bareMs.toFixed(0)} ms`,
      here: `${hereMs.toFixed(0)} ms`,
      ratio: hereMs / bareMs,
      target: `+ ${allowedMs} ms`,
      met: hereMs - bareMs <= allowedMs,
    },
  ];
}

async function follow(runbook: Runbook, topology: StartedTopology, clock: RunClock): Promise<void> {
  await using observer = new StateObserver(topology);
  await followRunbook({
    runbook,
    docker: topology.docker,
    operator: topology.operator,
    runId: topology.runId,
    clock,
    observeState: () => observer.observe(),
    drainExecs: () => topology.fence.executedIn().map(({ service }) => service),
    redact: (text) => text,
    emit: () => undefined,
  });
}
