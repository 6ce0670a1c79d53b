/**
 * The watchdog's own program: `watchdog-process.ts RUN-ID SOCKET [DIRECTORY…]`, with the harness on its standard input.
 * Lines from it: `keep MS` and `finished`. The end of the input without `finished` is the end of the harness.
 */
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import Docker from "dockerode";
import { noteKept } from "./kept-run.ts";
import { listRuns, removeRun } from "./remove-run.ts";

/** How often a watchdog of a kept run looks whether `drill clean` came first. */
const keptPollEveryMs = 5000;

/** When to look again for what the engine was still creating as the harness died. */
const lookAgainAfterMs = [0, 1000, 2000, 4000];

/** How often, and how many times, to try again when the engine itself is away. */
const retryEveryMs = 15_000;
const retries = 240;

const [runId = "", socketPath = "", ...directories] = process.argv.slice(2);
const docker = new Docker({ socketPath });

let keepMs = 0;
let isFinished = false;
for await (const line of createInterface({ input: process.stdin })) {
  const [word, value] = line.split(" ");
  if (word === "keep") keepMs = Number(value);
  if (word === "finished") isFinished = true;
}
if (!isFinished) {
  await waitWhileKept();
  await removeEverything();
}

async function waitWhileKept(): Promise<void> {
  if (keepMs <= 0) return;
  const until = Date.now() + keepMs;
  await noteKept(runId, until);
  while (Date.now() < until && (await isThere()))
    await pause(Math.min(keptPollEveryMs, Math.max(0, until - Date.now())));
}

async function isThere(): Promise<boolean> {
  try {
    return (await listRuns(docker)).some((run) => run.runId === runId);
  } catch {
    // The engine is away, perhaps to come back with the run's containers.
    return true;
  }
}

async function removeEverything(): Promise<void> {
  await Promise.all(directories.map((directory) => rm(directory, { recursive: true, force: true })));
  for (const waitMs of lookAgainAfterMs) {
    await pause(waitMs);
    for (let retry = 0; retry < retries && !(await isRemoved()); retry += 1) await pause(retryEveryMs);
  }
}

/** False when the engine failed; there is nobody left to tell why. */
async function isRemoved(): Promise<boolean> {
  try {
    await removeRun(docker, runId);
    return true;
  } catch {
    return false;
  }
}
