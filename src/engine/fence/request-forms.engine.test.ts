import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, expectRefused, sendRaw } from "./testing/attack.ts";
import { startFencedRun, type FencedRun } from "./testing/fenced-run.ts";

let run: FencedRun;
beforeAll(async () => {
  run = await startFencedRun();
});
afterAll(() => run[Symbol.asyncDispose]());

describe("requests that no operator needs", () => {
  test.each([
    "POST /build",
    "POST /build/prune",
    "POST /session",
    "POST /grpc",
    "POST /auth",
    "POST /commit?container=x",
    "POST /images/create?fromImage=x",
    "POST /images/load",
    "POST /images/x/tag?repo=y",
    "POST /images/x/push",
    "DELETE /images/x",
    "GET /images/json",
    "GET /images/x/get",
    "GET /images/search?term=x",
    "GET /distribution/x/json",
    "POST /containers/prune",
    "POST /images/prune",
    "POST /networks/prune",
    "POST /volumes/prune",
    "POST /networks/create",
    "POST /volumes/create",
    "GET /plugins",
    "POST /plugins/pull?remote=x",
    "GET /swarm",
    "POST /swarm/init",
    "GET /nodes",
    "GET /services",
    "POST /services/create",
    "GET /tasks",
    "GET /secrets",
    "POST /secrets/create",
    "GET /configs",
    "GET /system/df",
    "GET /debug/pprof/",
    "GET /metrics",
    "OPTIONS /containers/json",
    "PATCH /containers/json",
  ])("%s", async (line) => {
    const [method = "", path = ""] = line.split(" ");
    await expectRefused(run, [method, `/v1.41${path}`], /not among the requests|empty or a dot segment/);
  });

  test.each([
    "GET /export",
    "POST /update",
    "GET /changes",
    "GET /attach/ws",
    "POST /copy",
    "POST /checkpoints",
    "GET /stats",
  ])("%s of an own container", async (line) => {
    const [method = "", rest = ""] = line.split(" ");
    const target = `/v1.41/containers/${run.project}-backend-1${rest}`;
    await expectRefused(
      run,
      [method, target, method === "POST" ? { RestartPolicy: { Name: "always" } } : undefined],
      /not among the requests/,
    );
  });
});

describe("the path", () => {
  test("an old version, at which bodies meant other things, is refused", async () => {
    for (const version of ["v1.12", "v1.23", "v1.40", "v0.99"]) {
      await expectRefused(run, ["GET", `/${version}/containers/json`], /is older than/);
    }
    await expectRefused(run, ["GET", "/v9.99/containers/json"], /is newer than/);
    for (const version of ["v1", "v1.41.0", "v1.41x"]) {
      await expectRefused(run, ["GET", `/${version}/containers/json`], /is not a version/);
    }
  });

  test("no version, and letters written as %xx, mean what they mean", async () => {
    for (const target of [
      "/containers/json?all=1",
      "/v1.41/containers/jso%6e?all=1",
      "/%76%31.41/containers/json?all=1",
    ]) {
      const { status, text } = await ask(run, "GET", target);
      expect([status, JSON.parse(text)], target).toEqual([200, []]);
    }
    const { name } = run.bystander;
    for (const path of [
      `/containers/${name}/jso%6e`,
      `/v1.41/containers/%62${name.slice(1)}/json`,
      `/v1.41/containers%2f${name}%2fjson`,
    ]) {
      await expectRefused(run, ["GET", path], /does not belong to this run/);
    }
  });

  test("doubled slashes, dots, double encoding, other characters", async () => {
    for (const path of [
      "//containers/json",
      "/v1.41//containers/json",
      "/v1.41/containers/../volumes/prune",
      "/v1.41/containers/%2e%2e/info",
      "/v1.41/containers/json/",
      "/v1.41/containers/x%00/json",
      "/v1.41/containers/x%0d%0a/json",
      "/v1.41/containers\\json",
      "/v1.41/containers/%E2%84%AA/json",
      "/v1.41/containers/%zz/json",
    ]) {
      await expectRefused(run, ["GET", path], /the path|percent-encoding/);
    }
    await expectRefused(run, ["GET", "/v1.41/containers/%252e%252e/json"], /is no name of a container/);
    await expectRefused(run, ["GET", "/v1.41/Containers/json"], /not among the requests/);
  });

  test("a whole address instead of a path", async () => {
    expect(
      await sendRaw(
        run,
        "GET http://x/v1.41/containers/json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      ),
    ).toContain("not a plain path");
  });
});

describe("the body", () => {
  const target = () => `/v1.41/containers/create?name=${run.project}-loot`;
  test("that is no JSON, no object, or too long", async () => {
    await expectRefused(run, ["POST", target(), "{"], /is not JSON/);
    await expectRefused(run, ["POST", target(), "[]"], /must be an object/);
    await expectRefused(run, ["POST", target()], /must be an object/);
    await expectRefused(
      run,
      ["POST", target(), `{"Image":"${"x".repeat(8 * 1024 * 1024)}"}`],
      /longer than 1 MiB/,
    );
  });

  test("in chunks is the same body", async () => {
    const body = JSON.stringify({
      Image: "debian:trixie-slim",
      HostConfig: { NetworkMode: `${run.project}-clients` },
    });
    const chunks = [body.slice(0, 7), body.slice(7)]
      .map((part) => `${part.length.toString(16)}\r\n${part}\r\n`)
      .join("");
    const head = `POST ${target()} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`;
    expect(await sendRaw(run, `${head}${chunks}0\r\n\r\n`)).toContain(
      'image \\"debian:trixie-slim\\" is not one of this run',
    );
  });

  test("with a length and in chunks at once is no request", async () => {
    const head = `POST ${target()} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n`;
    expect(await sendRaw(run, `${head}0\r\n\r\nGET /v1.41/info HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 400 [^]*$/,
    );
  });

  test("where none belongs, as when HostConfig came with the start", async () => {
    await run.operate("docker-compose up -d backend");
    const start = `/v1.41/containers/${run.project}-backend-1/start`;
    await expectRefused(run, ["POST", start, { HostConfig: { Privileged: true } }], /takes no body/);
  });
});

test("info and version say nothing about the host", async () => {
  const { text: info } = await ask(run, "GET", "/v1.41/info");
  expect(Object.keys(JSON.parse(info) as object).sort()).toEqual([
    "Architecture",
    "Driver",
    "OSType",
    "SecurityOptions",
    "ServerVersion",
    "Swarm",
    "Warnings",
  ]);
  const { text: version } = await ask(run, "GET", "/v1.41/version");
  expect(Object.keys(JSON.parse(version) as object).sort()).toEqual([
    "ApiVersion",
    "Arch",
    "MinAPIVersion",
    "Os",
    "Version",
  ]);
});

test("nothing but the owner can reach the socket", async () => {
  expect((await stat(dirname(run.fence.socketPath))).mode & 0o777).toBe(0o700);
  expect((await stat(run.fence.socketPath)).mode & 0o777).toBe(0o600);
});
