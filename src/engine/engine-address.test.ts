import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { engineAddresses } from "./engine-address.ts";

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "engine-address-"));
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

function writeContext(name: string, host: string, current = name): void {
  const folder = join(home, ".docker", "contexts", "meta", createHash("sha256").update(name).digest("hex"));
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "meta.json"),
    JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }),
  );
  writeFileSync(join(home, ".docker", "config.json"), JSON.stringify({ currentContext: current }));
}

test("DOCKER_HOST is the only place to look when it is set", async () => {
  writeContext("rootless", "unix:///run/user/1000/docker.sock");
  expect(await engineAddresses({ DOCKER_HOST: "unix:///tmp/engine.sock" }, home)).toEqual([
    { socketPath: "/tmp/engine.sock", source: "DOCKER_HOST", chosen: true },
  ]);
});

test("the current docker context names the engine, without a docker client", async () => {
  writeContext("rootless", "unix:///run/user/1000/docker.sock");
  expect(await engineAddresses({}, home)).toEqual([
    { socketPath: "/run/user/1000/docker.sock", source: 'the docker context "rootless"', chosen: true },
  ]);
});

test("DOCKER_CONTEXT outranks the current context, and DOCKER_CONFIG says where both are", async () => {
  writeContext("rootless", "unix:///run/user/1000/docker.sock");
  writeContext("other", "unix:///tmp/other.sock", "rootless");
  const addresses = await engineAddresses(
    { DOCKER_CONTEXT: "other", DOCKER_CONFIG: join(home, ".docker") },
    "/nowhere",
  );
  expect(addresses.map((address) => address.socketPath)).toEqual(["/tmp/other.sock"]);
});

test("without a choice the usual sockets are tried: default, rootless, Docker Desktop, Podman", async () => {
  const addresses = await engineAddresses({ XDG_RUNTIME_DIR: "/run/user/7" }, home);
  expect(addresses.map((address) => address.socketPath)).toEqual([
    "/var/run/docker.sock",
    "/run/user/7/docker.sock",
    join(home, ".docker/run/docker.sock"),
    join(home, ".docker/desktop/docker.sock"),
    "/run/user/7/podman/podman.sock",
    "/run/podman/podman.sock",
  ]);
  expect(addresses.some((address) => address.chosen)).toBe(false);
});

test('the context "default" and a broken client configuration choose nothing', async () => {
  writeContext("default", "unix:///tmp/never.sock");
  expect((await engineAddresses({}, home))[0]?.socketPath).toBe("/var/run/docker.sock");
  writeFileSync(join(home, ".docker", "config.json"), "{ not json");
  expect((await engineAddresses({}, home))[0]?.socketPath).toBe("/var/run/docker.sock");
});

test.each([
  "tcp://10.0.0.5:2375",
  "tcp://docker:2376",
  "ssh://root@build-host",
  "https://127.evil.example:1",
])("an engine on another host is refused with the advice to run there: %s", async (host) => {
  await expect(engineAddresses({ DOCKER_HOST: host }, home)).rejects.toMatchObject({
    exitStatus: 69,
    code: "engine-on-another-host",
    message: expect.stringContaining("run drill on that host") as string,
  });
});

test("a context on another host is refused too, and named", async () => {
  writeContext("staging", "ssh://root@staging");
  await expect(engineAddresses({}, home)).rejects.toMatchObject({
    code: "engine-on-another-host",
    message: expect.stringContaining('"staging"') as string,
  });
});

test.each([
  "tcp://127.0.0.1:2375",
  "tcp://localhost:2375",
  "tcp://[::1]:2375",
  "npipe:////./pipe/docker_engine",
])("an engine of this host that is on no unix socket is refused as such: %s", async (host) => {
  await expect(engineAddresses({ DOCKER_HOST: host }, home)).rejects.toMatchObject({
    code: "engine-not-on-a-socket",
  });
});

test("a chosen context that does not exist is an error, not a reason to use another engine", async () => {
  await expect(engineAddresses({ DOCKER_CONTEXT: "gone" }, home)).rejects.toMatchObject({
    code: "context-without-engine",
  });
});
