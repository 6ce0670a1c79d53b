import { afterAll, beforeAll, expect, test } from "vitest";
import { connectEngine, type Engine } from "./engine.ts";
import { execInContainer } from "./exec.ts";
import { resolveImage } from "./images.ts";
import { runLabels } from "./labels.ts";
import { removeRun } from "./remove-run.ts";

const runId = `exec${process.pid}`;
let engine: Engine;
let container: string;

beforeAll(async () => {
  engine = await connectEngine();
  const created = await engine.docker.createContainer({
    Image: await resolveImage(engine.docker, "operator"),
    Labels: runLabels(runId),
    Env: ["OF_IMAGE=1"],
  });
  await created.start();
  container = created.id;
});

afterAll(async () => {
  await removeRun(engine.docker, runId);
});

test("output, errors and exit status are told apart", async () => {
  expect(
    await execInContainer(engine.docker, container, ["sh", "-c", "echo out; echo err >&2; exit 7"]),
  ).toEqual({
    exitStatus: 7,
    stdout: "out\n",
    stderr: "err\n",
  });
});

test("output larger than any buffer arrives whole", async () => {
  const { stdout, stderr } = await execInContainer(engine.docker, container, [
    "sh",
    "-c",
    "seq 1 300000; seq 1 100000 >&2",
  ]);
  expect(stdout.split("\n")).toHaveLength(300_001);
  expect(stderr.split("\n")).toHaveLength(100_001);
});

test("standard input reaches the command and is closed after it", async () => {
  const input = "x".repeat(1_000_000);
  expect(
    (await execInContainer(engine.docker, container, ["wc", "-c"], { stdin: input })).stdout.trim(),
  ).toBe("1000000");
});

test("user and environment are the ones asked for, on top of the container's", async () => {
  const result = await execInContainer(
    engine.docker,
    container,
    ["sh", "-c", 'echo "$(id -un) $OF_IMAGE $ADDED"'],
    {
      user: "nobody",
      env: { ADDED: "two words" },
    },
  );
  expect(result.stdout).toBe("nobody 1 two words\n");
});

test("a command that hangs ends the wait with an error that names it", async () => {
  await expect(
    execInContainer(engine.docker, container, ["sleep", "60"], { timeoutMs: 500 }),
  ).rejects.toMatchObject({
    code: "exec-timed-out",
    message: expect.stringContaining("sleep 60") as string,
  });
});

test("a program that does not exist is an exit status, not an exception", async () => {
  expect((await execInContainer(engine.docker, container, ["no-such-program"])).exitStatus).toBeGreaterThan(
    125,
  );
});
