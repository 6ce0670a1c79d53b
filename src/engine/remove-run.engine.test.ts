import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectEngine, type Engine } from "./engine.ts";
import { harnessIdentity } from "./harness-identity.ts";
import { resolveImage } from "./images.ts";
import { harnessLabel, runLabel, runLabels } from "./labels.ts";
import { listRuns, removeRun } from "./remove-run.ts";

const [runId, bystanderId, abandonedId] = ["remove", "bystander", "abandoned"].map(
  (word) => `${word}${process.pid}`,
) as [string, string, string];
let engine: Engine;
let image: string;

beforeAll(async () => {
  engine = await connectEngine();
  image = await resolveImage(engine.docker, "operator");
});

afterAll(async () => {
  for (const id of [runId, bystanderId, abandonedId]) await removeRun(engine.docker, id);
});

/** A running container, a stopped one, a paused one, a network that two are on, and two volumes. */
async function startRun(id: string, labels = runLabels(id)): Promise<void> {
  const { docker } = engine;
  await docker.createVolume({ Name: `${id}-data`, Labels: labels });
  await docker.createVolume({ Name: `${id}-unused`, Labels: labels });
  const network = await docker.createNetwork({ Name: `${id}-net`, Labels: labels });
  for (const state of ["running", "created", "paused"]) {
    const container = await docker.createContainer({
      name: `${id}-${state}`,
      Image: image,
      Labels: labels,
      HostConfig: { NetworkMode: network.id, Binds: [`${id}-data:/data`] },
    });
    if (state !== "created") await container.start();
    if (state === "paused") await container.pause();
  }
}

test("everything of the run goes, running and paused containers too, and nothing of another run", async () => {
  await startRun(runId);
  await startRun(bystanderId);
  expect(await removeRun(engine.docker, runId)).toEqual({ containers: 3, networks: 1, volumes: 2 });
  const runs = await listRuns(engine.docker);
  expect(runs.find((run) => run.runId === runId)).toBeUndefined();
  expect(runs.find((run) => run.runId === bystanderId)).toMatchObject({
    containers: 3,
    networks: 1,
    volumes: 2,
    alive: true,
  });
});

test("removing it twice at once, and again when nothing is left, does no harm", async () => {
  await Promise.all([removeRun(engine.docker, bystanderId), removeRun(engine.docker, bystanderId)]);
  expect(await removeRun(engine.docker, bystanderId)).toEqual({ containers: 0, networks: 0, volumes: 0 });
});

test("a run whose harness is dead is told from one whose harness lives", async () => {
  const harness = spawn(process.execPath, ["-e", ""]);
  const identity = harnessIdentity().replace(/^\d+/, String(harness.pid));
  await once(harness, "exit");
  await startRun(abandonedId, { [runLabel]: abandonedId, [harnessLabel]: identity });
  const run = (await listRuns(engine.docker)).find((it) => it.runId === abandonedId);
  expect(run).toMatchObject({ alive: false, keptUntil: undefined });
  expect(run?.ageSeconds).toBeGreaterThanOrEqual(0);
  expect(run?.ageSeconds).toBeLessThan(60);
});
