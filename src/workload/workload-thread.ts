import { parentPort, workerData } from "node:worker_threads";
import { HarnessError } from "../harness-error.ts";
import type { WorkloadCommand, WorkloadMessage, WorkloadOptions } from "./workload-options.ts";
import { WorkloadRunner } from "./workload-runner.ts";

/** Between two reports of live figures. */
const statsMs = 250;

function post(message: WorkloadMessage): void {
  parentPort?.postMessage(message);
}

function postFailure(error: unknown): void {
  const failure =
    error instanceof HarnessError
      ? error
      : new HarnessError(`The workload should run, but ended with: ${String(error)}.`, {
          code: "workload-failed",
          exitStatus: 70,
        });
  post({ kind: "failed", message: failure.message, code: failure.code, exitStatus: failure.exitStatus });
}

async function main(): Promise<void> {
  const runner = await WorkloadRunner.start(workerData as WorkloadOptions, postFailure);
  // Whoever started it has live figures from the first moment on.
  post({ kind: "stats", stats: runner.stats() });
  post({ kind: "started" });
  const statsTimer = setInterval(() => post({ kind: "stats", stats: runner.stats() }), statsMs);
  const stopped = Promise.withResolvers<undefined>();
  parentPort?.on("message", (command: WorkloadCommand) => {
    if (command.kind === "stop") stopped.resolve(undefined);
    else {
      try {
        runner.recordBaseData(command.store, command.entries);
        post({ kind: "base-data-recorded" });
      } catch (error) {
        postFailure(error);
      }
    }
  });
  await stopped.promise;
  const { entries, endsAt } = await runner.stop();
  clearInterval(statsTimer);
  post({ kind: "stopped", entries, endsAt, stats: runner.stats() });
  parentPort?.close();
}

try {
  await main();
} catch (error) {
  postFailure(error);
  parentPort?.close();
}
