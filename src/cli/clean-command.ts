import { connectEngine } from "../engine/engine.ts";
import { listRuns, removeRun, type RemovedRun } from "../engine/remove-run.ts";

/** `drill clean`: removes what kept or abandoned runs left. A run whose harness is alive is none of its business. */
export async function cleanCommand(options: { readonly json: boolean }): Promise<number> {
  const { docker } = await connectEngine();
  const runs = await listRuns(docker);
  const removable = runs.filter((run) => !run.alive);
  const attempts = await Promise.allSettled(
    removable.map(async (run) => ({ runId: run.runId, ...(await removeRun(docker, run.runId)) })),
  );
  const removed = attempts.flatMap((attempt) => (attempt.status === "fulfilled" ? [attempt.value] : []));
  const alive = runs.filter((run) => run.alive).map((run) => run.runId);
  if (options.json) process.stdout.write(`${JSON.stringify({ removed, alive }, null, 2)}\n`);
  else if (runs.length === 0) process.stdout.write("Nothing to clean: no run left anything on the engine.\n");
  else sayInWords(removed, alive);
  // What could be removed is gone and said by now.
  for (const attempt of attempts) if (attempt.status === "rejected") throw attempt.reason;
  return 0;
}

function sayInWords(
  removed: readonly ({ readonly runId: string } & RemovedRun)[],
  alive: readonly string[],
): void {
  for (const run of removed) {
    process.stdout.write(
      `${run.runId}: removed ${run.containers} containers, ${run.networks} networks, ${run.volumes} volumes\n`,
    );
  }
  for (const runId of alive) process.stdout.write(`${runId}: alive, left alone\n`);
}
