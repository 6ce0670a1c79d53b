import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, expect, test } from "vitest";
import { connectEngine, type Engine } from "./engine.ts";
import { resolveImage } from "./images.ts";
import { listRuns, removeRun, type RunOnEngine } from "./remove-run.ts";

const goneWithinMs = 15_000;
const runIds: string[] = [];
const directories: string[] = [];
let engine: Engine;
let image: string;

beforeAll(async () => {
  engine = await connectEngine();
  image = await resolveImage(engine.docker, "operator");
});

afterEach(async () => {
  for (const runId of runIds.splice(0)) await removeRun(engine.docker, runId);
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

interface Harness {
  readonly process: ChildProcess;
  readonly runId: string;
  readonly directory: string;
  readonly watchdogPid: number;
}

/** A real harness process in a group of its own: it starts a watchdog and a container, then does `then`. */
async function startHarness(then: string): Promise<Harness> {
  const runId = `dog${process.pid}x${runIds.length}${Math.trunc(performance.now())}`;
  runIds.push(runId);
  const directory = mkdtempSync(join(tmpdir(), "watchdog-test-"));
  directories.push(directory);
  const moduleUrl = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href);
  const program = `
    import { connectEngine } from ${moduleUrl("./engine.ts")};
    import { runLabels } from ${moduleUrl("./labels.ts")};
    import { removeRun } from ${moduleUrl("./remove-run.ts")};
    import { startWatchdog } from ${moduleUrl("./watchdog.ts")};
    const { docker, socketPath } = await connectEngine();
    const runId = ${JSON.stringify(runId)};
    const watchdog = startWatchdog(runId, socketPath, { directories: [${JSON.stringify(directory)}] });
    await docker.createNetwork({ Name: runId, Labels: runLabels(runId) });
    const container = await docker.createContainer({ Image: ${JSON.stringify(image)}, Labels: runLabels(runId) });
    await container.start();
    console.log(watchdog.pid);
    ${then}
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { process: child, runId, directory, watchdogPid: Number(line) };
}

async function runOnEngine(runId: string): Promise<RunOnEngine | undefined> {
  return (await listRuns(engine.docker)).find((run) => run.runId === runId);
}

async function until(condition: () => Promise<boolean> | boolean, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    if (await condition()) return true;
    await pause(100);
  }
  return false;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const waitForEver = "setInterval(() => undefined, 1000);";

test.each(["process", "process group"])(
  "kill -9 of the harness's %s: everything of the run is gone within 15 s",
  async (what) => {
    const harness = await startHarness(waitForEver);
    const pid = harness.process.pid ?? 0;
    expect(await runOnEngine(harness.runId)).toMatchObject({ containers: 1, networks: 1, alive: true });
    process.kill(what === "process" ? pid : -pid, "SIGKILL");
    expect(await until(async () => (await runOnEngine(harness.runId)) === undefined, goneWithinMs)).toBe(
      true,
    );
    expect(existsSync(harness.directory)).toBe(false);
  },
);

test("without the watchdog the killed harness leaves its containers: the test above can fail", async () => {
  const harness = await startHarness(waitForEver);
  process.kill(harness.watchdogPid, "SIGKILL");
  process.kill(harness.process.pid ?? 0, "SIGKILL");
  expect(await until(async () => (await runOnEngine(harness.runId)) === undefined, 3000)).toBe(false);
  expect(await runOnEngine(harness.runId)).toMatchObject({ containers: 1, alive: false });
});

test("a harness that cleaned up itself ends without waiting, and its watchdog with it", async () => {
  const harness = await startHarness("await removeRun(docker, runId); await watchdog.finished();");
  const [status] = (await once(harness.process, "exit")) as [number];
  expect(status).toBe(0);
  expect(isRunning(harness.watchdogPid)).toBe(false);
});

test("a kept run outlives its harness until its time is over, and says until when", async () => {
  const harness = await startHarness("watchdog.keep(6000);");
  await once(harness.process, "exit");
  expect(await until(async () => (await runOnEngine(harness.runId))?.keptUntil !== undefined, 3000)).toBe(
    true,
  );
  expect(await runOnEngine(harness.runId)).toMatchObject({ containers: 1, alive: false });
  expect(await until(async () => (await runOnEngine(harness.runId)) === undefined, goneWithinMs)).toBe(true);
});

test("the watchdog of a kept run that was cleaned by hand does not wait out its time", async () => {
  const harness = await startHarness("watchdog.keep(3_600_000);");
  await once(harness.process, "exit");
  expect(await until(async () => (await runOnEngine(harness.runId))?.keptUntil !== undefined, 3000)).toBe(
    true,
  );
  await removeRun(engine.docker, harness.runId);
  expect(await until(() => !existsSync(harness.directory), goneWithinMs)).toBe(true);
});
