import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { EngineClient } from "./engine-client.ts";
import { startFencedRun } from "./testing/fenced-run.ts";

const pairs = 60;

/**
 * The requests of one `docker exec` on the engine's socket and on the fence's, in turns, so that whatever else the machine does hits
 * both. The start of the command's process takes the engine 80 ms and more, give or take 20, and would hide the fence: it is left
 * out of what is compared, but for its own hop, of which there is one more.
 */
test("the fence adds less than 5 ms to an exec", { timeout: 120_000 }, async () => {
  await using run = await startFencedRun();
  await run.operate("docker-compose up -d --no-deps backend");
  const { Id } = await run.docker.getContainer(`${run.project}-backend-1`).inspect();
  const direct = new EngineClient(run.engineSocketPath).at("1.41");
  const fenced = new EngineClient(run.fence.socketPath).at("1.41");

  const bare: number[] = [];
  const added: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const first = pair % 2 === 0 ? await millisecondsAroundStart(fenced, Id) : undefined;
    const withoutFence = await millisecondsAroundStart(direct, Id);
    const withFence = first ?? (await millisecondsAroundStart(fenced, Id));
    bare.push(withoutFence);
    added.push(withFence - withoutFence);
  }
  direct.close();
  fenced.close();
  // Three requests were compared; the start is a fourth.
  const perExec = (median(added) / 3) * 4;
  console.log(
    `exec, its start left out: ${median(bare).toFixed(1)} ms bare; the fence adds ${perExec.toFixed(1)} ms to the whole`,
  );
  // On a busy machine everything takes longer, with the fence and without.
  expect(perExec).toBeLessThan(Math.max(5, 2 * median(bare)));
});

/** What `docker exec` asks for beside the start: look at the container, make the exec, read its exit status. */
async function millisecondsAroundStart(engine: EngineClient, id: string): Promise<number> {
  const before = performance.now();
  await engine.read({ method: "GET", path: ["containers", id, "json"] });
  const body = { Cmd: ["true"], AttachStdout: true };
  const create = { method: "POST", path: ["containers", id, "exec"], body: { json: body } } as const;
  const { Id: exec } = (await engine.read(create)) as { Id: string };
  const created = performance.now();
  const start = { method: "POST", path: ["exec", exec, "start"], body: { json: {} } } as const;
  await buffer((await engine.upgrade(start)).socket);
  const ended = performance.now();
  expect(await engine.read({ method: "GET", path: ["exec", exec, "json"] })).toMatchObject({ ExitCode: 0 });
  return created - before + performance.now() - ended;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
