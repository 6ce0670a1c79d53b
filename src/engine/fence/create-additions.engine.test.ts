import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, createBody, createdAndRemoved, createTarget, expectRefused } from "./testing/attack.ts";
import { startFencedRun, type FencedRun } from "./testing/fenced-run.ts";

let run: FencedRun;
beforeAll(async () => {
  run = await startFencedRun();
});
afterAll(() => run[Symbol.asyncDispose]());

const target = () => createTarget(run);
const body = (more: object = {}, host: object = {}) => createBody(run, more, host);
const refusesHost = async (host: object, reason: RegExp) =>
  expectRefused(run, ["POST", target(), body({}, host)], reason);
const refusesTop = async (more: object, reason: RegExp) =>
  expectRefused(run, ["POST", target(), body(more)], reason);

test("ports beyond loopback: all of them refused, a definite address refused, any address made loopback", async () => {
  await refusesHost({ PublishAllPorts: true }, /PublishAllPorts/);
  await refusesHost(
    { PortBindings: { "80/tcp": [{ HostIp: "192.0.2.1", HostPort: "80" }] } },
    /on loopback only/,
  );
  const both = {
    "80/tcp": [
      { HostIp: "0.0.0.0", HostPort: "" },
      { HostIp: "::", HostPort: "" },
    ],
  };
  const { HostConfig } = await createdAndRemoved(run, body({}, { PortBindings: both }));
  expect(HostConfig.PortBindings).toEqual({ "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] });
});

test("labels that take a container out of the run, into another one, or to other programs of the host", async () => {
  for (const Labels of [
    { "drill.run": "other" },
    { "drill.run": "" },
    { "drill.role": "toxiproxy" },
    { "com.docker.compose.project": "other" },
    { "com.docker.compose.invented": "x" },
    { "traefik.enable": "true" },
    { "Drill.Run": run.runId },
  ]) {
    await refusesTop({ Labels }, /label .* can't be set/);
  }
});

test("names outside the run's prefix, none at all, and Compose's form around a foreign name", async () => {
  const foreignNames = [
    "",
    "?name=",
    "?name=loot",
    `?name=x${run.project}-loot`,
    `?name=0123456789ab_${run.bystander.name}`,
    "?name=..%2fx",
    `?Name=${run.project}-loot`,
  ];
  for (const query of foreignNames) {
    await expectRefused(run, ["POST", `/v1.41/containers/create${query}`, body()], /must be named/);
  }
  const { Name } = await createdAndRemoved(
    run,
    body(),
    `/v1.41/containers/create?name=0123456789ab_${run.project}-loot`,
  );
  expect(Name).toBe(`/0123456789ab_${run.project}-loot`);
});

test("an image that is not the run's, present or not", async () => {
  await refusesTop({ Image: "debian:trixie-slim" }, /image .* is not one of this run/);
  await refusesTop({ Image: "no-such-image:1" }, /image .* is not one of this run/);
  await refusesTop({ Image: "../../x" }, /is no image/);
  await expectRefused(run, ["GET", "/v1.41/images/debian:trixie-slim/json"], /is not one of this run/);
});

test("a volume that the image declares is made with the run's labels, so that clean-up finds it", async () => {
  const sent = { ...body(), Image: run.imageWithVolume, Volumes: { "/more": {} } };
  const answer = await ask(run, "POST", target(), sent);
  expect(answer.status, answer.text).toBe(201);
  const container = run.docker.getContainer((JSON.parse(answer.text) as { Id: string }).Id);
  const { Mounts } = await container.inspect();
  expect(Mounts.map(({ Destination }) => Destination).sort()).toEqual(["/data", "/more"]);
  for (const { Name = "" } of Mounts) {
    expect((await run.docker.getVolume(Name).inspect()).Labels).toMatchObject({ "drill.run": run.runId });
  }
  await container.remove({ v: true });
});

test("a link's name as host name or alias does not reach the container", async () => {
  const endpoints = {
    EndpointsConfig: { [`${run.project}-clients`]: { Aliases: ["postgres", "POSTGRES.", "fine"] } },
  };
  const { Config, NetworkSettings } = await createdAndRemoved(
    run,
    body({ Hostname: "postgres", NetworkingConfig: endpoints }),
  );
  expect(Config.Hostname).not.toBe("postgres");
  const [network] = Object.values(NetworkSettings.Networks);
  const aliases = (network?.Aliases ?? []) as string[];
  expect(aliases.filter((alias) => /^(postgres|fine)/i.test(alias))).toEqual(["fine"]);
});
