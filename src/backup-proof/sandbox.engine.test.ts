import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type Docker from "dockerode";
import { connectEngine, type Engine } from "../engine/engine.ts";
import { execInContainer } from "../engine/exec.ts";
import { resolveImage } from "../engine/images.ts";
import { initialiseCluster, startRestoreServer } from "./restore-server.ts";
import { openSandbox, type Sandbox } from "./sandbox.ts";
import { usualLimits } from "./sandbox-limits.ts";

let engine: Engine;
let sandbox: Sandbox;
let workshop: Docker.Container;
let server: Docker.Container;

beforeAll(async () => {
  engine = await connectEngine();
  const limits = { ...(await usualLimits()), diskBytes: 128 * 2 ** 20, processes: 64 };
  sandbox = await openSandbox(engine, `s${randomUUID().replaceAll("-", "").slice(0, 7)}`, limits);
  const image = await resolveImage(engine.docker, "postgres:17");
  workshop = await sandbox.startWorkshop(image);
  await initialiseCluster(engine.docker, workshop);
  server = await startRestoreServer(sandbox, image, 17);
});

afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
});

async function bash(container: Docker.Container, script: string): Promise<string> {
  const { stdout, stderr } = await execInContainer(engine.docker, container.id, ["bash", "-c", script]);
  return stdout + stderr;
}

test.each(["workshop", "server"])("the %s has no network but its own loopback", async (name) => {
  const container = name === "server" ? server : workshop;
  expect((await bash(container, "cat /proc/net/route")).trim().split("\n")).toHaveLength(1);
  expect(await bash(container, "exec 3<>/dev/tcp/192.0.2.1/80")).toContain("Network is unreachable");
});

test.each(["workshop", "server"])("the %s can write nowhere but into folders with a limit", async (name) => {
  const container = name === "server" ? server : workshop;
  const writable = await bash(
    container,
    "for d in $(find / -xdev -type d 2> /dev/null) /dev/shm /tmp /sandbox/data; do [ -w $d ] && touch $d/x 2> /dev/null && echo $d; done; df --output=fstype,size /tmp /dev/shm /sandbox/data",
  );
  const [folders = "", sizes = ""] = writable.split("Type");
  expect(
    folders
      .trim()
      .split(/\s+/)
      .every((folder) => /^\/(tmp|dev\/shm|sandbox|var\/lib\/postgresql\/data$)/.test(folder)),
  ).toBe(true);
  expect(sizes.match(/tmpfs\s+\d+/g)).toHaveLength(3);
});

test("the server has no rights, and can't gain any", async () => {
  const status = await bash(server, "cat /proc/self/status");
  expect(status).toMatch(/CapEff:\s+0+\n/);
  expect(status).toMatch(/CapBnd:\s+0+\n/);
  expect(status).toMatch(/NoNewPrivs:\s+1/);
  expect(await bash(server, "id -u")).not.toBe("0\n");
});

test("nothing of the host is in the server but the tripwire, which it can't write", async () => {
  const { Mounts } = await server.inspect();
  const fromHost = Mounts.filter(
    ({ Type, Name }) => Type === "bind" || (Type === "volume" && Name?.startsWith("drill-") !== true),
  );
  expect(fromHost).toMatchObject([{ Destination: "/bin/sh", RW: false }]);
  expect(await bash(server, "echo 'exec bash' > /bin/sh")).toContain("Read-only");
});

test("a shell that something calls in the server runs nothing", async () => {
  expect(await bash(server, "/bin/sh -c 'echo ran'")).toBe("");
});

test("the server can't change the backup that it restores", async () => {
  expect(await bash(server, "touch /sandbox/backup/x")).toContain("Read-only");
});

test("disk, processes and memory have limits", async () => {
  expect(await bash(server, "head -c 300M /dev/zero > /sandbox/data/fill; rm /sandbox/data/fill")).toContain(
    "No space",
  );
  expect(await bash(server, "for n in {1..100}; do sleep 1 & done; wait")).toMatch(
    /fork: |Resource temporarily/,
  );
  const { HostConfig } = await server.inspect();
  expect(HostConfig.Memory).toBe(sandbox.limits.memoryBytes + sandbox.limits.diskBytes);
  expect(HostConfig.MemorySwap).toBe(HostConfig.Memory);
});
