import { chmod, mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startFencedRun } from "./testing/fenced-run.ts";
import { startFence, type FenceOptions } from "./start-fence.ts";

async function options(more: Partial<FenceOptions>): Promise<FenceOptions> {
  const directory = await mkdtemp(join(tmpdir(), "fence-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return {
    engineSocketPath: join(directory, "no-engine.sock"),
    socketDirectory: directory,
    runId: "k3f9a2c1",
    project: "drill-k3f9a2c1",
    labels: {},
    allowedImages: new Set(),
    linkAliases: new Set(),
    onRefusal: () => undefined,
    onExec: () => undefined,
    ...more,
  };
}

test("stopping ends open streams, takes the socket away, and can be done twice", async () => {
  await using run = await startFencedRun();
  await run.operate("docker-compose up -d --no-deps backend");
  const open = run.operate("docker-compose exec -T backend sleep 60");
  await expect.poll(() => run.fence.executedIn().length, { timeout: 10_000 }).toBe(1);
  await run.fence.stop();
  expect((await open).exitStatus).not.toBe(0);
  const reason = await new Promise((resolve) => connect(run.fence.socketPath).once("error", resolve));
  expect(reason).toMatchObject({ code: "ENOENT" });
  await run.fence.stop();
});

test("a client that goes away in the middle of anything takes nothing with it", async () => {
  await using run = await startFencedRun();
  await run.operate("docker-compose up -d --no-deps backend");
  const backend = `/v1.41/containers/${run.project}-backend-1`;
  for (const head of [
    `POST ${backend}/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nx`,
    `GET ${backend}/logs?follow=1&stdout=1 HTTP/1.1\r\nHost: x\r\n\r\n`,
    `POST ${backend}/wait HTTP/1.1\r\nHost: x\r\n\r\n`,
    `PUT ${backend}/archive?path=/tmp HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nx`,
    `POST ${backend}/exec HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{`,
    "GET /v1.41/events HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /v1.41/contai",
  ]) {
    for (const goesAfterMs of [0, 2, 20]) {
      const socket = connect(run.fence.socketPath);
      socket.write(head);
      setTimeout(() => socket.destroy(), goesAfterMs);
      await new Promise((resolve) => socket.once("close", resolve));
    }
  }
  expect((await run.operate("docker-compose exec -T backend echo alive")).stdout).toBe("alive\n");
});

test("without an engine it says so, with status 69", async () => {
  await expect(startFence(await options({}))).rejects.toMatchObject({ code: "no-engine", exitStatus: 69 });
});

test("a directory that others may enter, and one whose path is too long for a socket, are refused", async () => {
  const open = await options({});
  await chmod(open.socketDirectory, 0o755);
  await expect(startFence(open)).rejects.toThrow("has mode 755");
  const long = await options({ socketDirectory: join(tmpdir(), "x".repeat(100)) });
  await expect(startFence(long)).rejects.toThrow("may have 107 bytes");
});
