import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, expectRefused } from "./testing/attack.ts";
import { startFencedRun, type FencedRun } from "./testing/fenced-run.ts";

let run: FencedRun;
let ownId: string;
beforeAll(async () => {
  run = await startFencedRun();
  const { exitStatus, stderr } = await run.operate("docker-compose up -d");
  expect(exitStatus, stderr).toBe(0);
  ownId = (await run.docker.getContainer(`${run.project}-backend-1`).inspect()).Id;
});
afterAll(() => run[Symbol.asyncDispose]());

const foreign = /does not belong to this run/;

describe("every request about a container, for one that is not the run's", () => {
  test.each([
    ["GET", "/json"],
    ["GET", "/top"],
    ["GET", "/logs?stdout=1"],
    ["GET", "/archive?path=/etc"],
    ["HEAD", "/archive?path=/etc"],
    ["PUT", "/archive?path=/tmp"],
    ["POST", "/start"],
    ["POST", "/stop?t=0"],
    ["POST", "/restart?t=0"],
    ["POST", "/kill?signal=KILL"],
    ["POST", "/pause"],
    ["POST", "/unpause"],
    ["POST", "/wait"],
    ["POST", "/resize?h=1&w=1"],
    ["POST", "/rename?name=loot"],
    ["POST", "/attach?stream=1&stdout=1"],
    ["POST", "/exec"],
    ["DELETE", "?force=1"],
  ] as const)("%s %s", async (method, rest) => {
    const { containerId, name } = run.bystander;
    for (const id of [
      containerId,
      name,
      containerId.slice(0, 12),
      run.operatorId,
      `${run.project}-operator`,
    ]) {
      if (method === "HEAD") {
        // An answer to HEAD has no body to give a reason in.
        expect((await ask(run, method, `/v1.41/containers/${id}${rest}`)).status).toBe(403);
        expect(run.refusals.at(-1)?.reason).toMatch(foreign);
      } else {
        await expectRefused(run, [method, `/v1.41/containers/${id}${rest}`], foreign);
      }
    }
  });
});

test("listings hold the run's own, whatever the filters say", async () => {
  const names = async (query: string): Promise<string[]> => {
    const { status, text } = await ask(run, "GET", `/v1.41/containers/json?all=1${query}`);
    expect(status, text).toBe(200);
    return (JSON.parse(text) as { Names: string[] }[]).flatMap(({ Names }) => Names).sort();
  };
  const own = [`/${run.project}-backend-1`, `/${run.project}-postgres-1`];
  const filter = (filters: unknown) => `&filters=${encodeURIComponent(JSON.stringify(filters))}`;
  expect(await names("")).toEqual(own);
  expect(await names("&filters=")).toEqual(own);
  expect(await names(filter({ label: { [`com.docker.compose.project=${run.project}`]: true } }))).toEqual(
    own,
  );
  expect(await names(filter({ label: [] }))).toEqual(own);
  expect(await names(filter({ name: [run.bystander.name] }))).toEqual([]);
  expect(await names(filter({ id: [run.operatorId] }))).toEqual([]);
  // The engine takes the first of two; so does the fence.
  expect(await names(`&filters=%7B%7D${filter({ name: ["nothing"] })}`)).toEqual(own);
  for (const bad of ["x", "[]", '{"label":{"a":false}}', '{"label":1}']) {
    await expectRefused(
      run,
      ["GET", `/v1.41/containers/json?filters=${encodeURIComponent(bad)}`],
      /is not a/,
    );
  }
  await expectRefused(
    run,
    ["GET", `/v1.41/containers/json?filters=${encodeURIComponent('{"since":["x"]}')}`],
    /can't be filtered/,
  );
});

test("networks: foreign ones are neither listed nor shown, own ones do not tell who else is on them", async () => {
  const { networkId, name, containerId } = run.bystander;
  for (const id of [networkId, name, "bridge", "host"])
    await expectRefused(run, ["GET", `/v1.41/networks/${id}`], foreign);
  const list = JSON.parse((await ask(run, "GET", "/v1.41/networks")).text) as { Name: string }[];
  expect(list.map(({ Name }) => Name).sort()).toEqual([`${run.project}-clients`, `${run.project}-data`]);
  const own = await ask(run, "GET", `/v1.41/networks/${run.project}-clients`);
  const { Name, Containers } = JSON.parse(own.text) as { Name: string; Containers: object };
  expect([Name, Containers]).toEqual([`${run.project}-clients`, {}]);
  for (const verb of ["connect", "disconnect"]) {
    await expectRefused(run, ["POST", `/v1.41/networks/${networkId}/${verb}`, { Container: ownId }], foreign);
    await expectRefused(
      run,
      ["POST", `/v1.41/networks/${run.project}-data/${verb}`, { Container: containerId }],
      foreign,
    );
    await expectRefused(
      run,
      ["POST", `/v1.41/networks/${run.project}-data/${verb}`, { Container: run.operatorId }],
      foreign,
    );
    await expectRefused(
      run,
      ["POST", `/v1.41/networks/${run.project}-data/${verb}`, { container: ownId }],
      /is not among/,
    );
  }
  const options = { Container: ownId, EndpointConfig: { IPAMConfig: { IPv4Address: "172.17.0.9" } } };
  await expectRefused(run, ["POST", `/v1.41/networks/${run.project}-data/connect`, options], /IPAMConfig/);
});

test("a container can be connected to a network of the run, without a link's alias", async () => {
  const network = `/v1.41/networks/${run.project}-data`;
  const endpoint = { Container: ownId, EndpointConfig: { Aliases: ["postgres", "fine"] } };
  expect((await ask(run, "POST", `${network}/connect`, endpoint)).status).toBe(200);
  const { NetworkSettings } = await run.docker.getContainer(ownId).inspect();
  const aliases = NetworkSettings.Networks[`${run.project}-data`]?.Aliases as string[];
  expect(aliases).toContain("fine");
  expect(aliases).not.toContain("postgres");
  expect((await ask(run, "POST", `${network}/disconnect`, { Container: ownId })).status).toBe(200);
});

test("volumes: foreign ones are neither listed nor shown, and none is removed", async () => {
  await expectRefused(run, ["GET", `/v1.41/volumes/${run.bystander.volumeName}`], foreign);
  const { Volumes } = JSON.parse((await ask(run, "GET", "/v1.41/volumes")).text) as {
    Volumes: { Name: string }[];
  };
  expect(Volumes.map(({ Name }) => Name)).toEqual([`${run.project}-pgdata`]);
  for (const name of [run.bystander.volumeName, `${run.project}-pgdata`]) {
    await expectRefused(run, ["DELETE", `/v1.41/volumes/${name}?force=1`], /not among the requests/);
  }
  await expectRefused(run, ["DELETE", `/v1.41/networks/${run.project}-data`], /not among the requests/);
});

test("execs that were not made through the fence, in foreign and in own containers", async () => {
  for (const id of [run.bystander.containerId, ownId]) {
    const exec = await run.docker.getContainer(id).exec({ Cmd: ["touch", "/loot"] });
    await expectRefused(
      run,
      ["POST", `/v1.41/exec/${exec.id}/start`, { Detach: true }],
      /not made through this fence/,
    );
    await expectRefused(
      run,
      ["POST", `/v1.41/exec/${exec.id}/resize?h=1&w=1`],
      /not made through this fence/,
    );
    await expectRefused(run, ["GET", `/v1.41/exec/${exec.id}/json`], /not made through this fence/);
  }
});

test("a privileged exec, in any spelling", async () => {
  const exec = `/v1.41/containers/${ownId}/exec`;
  for (const key of ["Privileged", "privileged", "PRIVILEGED"]) {
    await expectRefused(run, ["POST", exec, { Cmd: ["true"], [key]: true }], /is not among the fields/);
  }
  await expectRefused(
    run,
    ["POST", exec, { Cmd: ["true"], "Wor\u212aingDir": "/" }],
    /is not among the fields/,
  );
});

test("renaming out of the run's prefix", async () => {
  for (const name of ["loot", run.bystander.name, `0123456789ab_loot`, ""]) {
    await expectRefused(run, ["POST", `/v1.41/containers/${ownId}/rename?name=${name}`], /must be named/);
  }
});

test("archives through a symbolic link, anywhere in the path, and upwards", async () => {
  await run.operate(
    "docker-compose exec -T backend bash -c 'ln -s /etc /tmp/link && mkdir -p /tmp/d && ln -s / /tmp/d/root'",
  );
  for (const path of [
    "/tmp/link",
    "/tmp/link/",
    "/tmp/link/passwd",
    "/tmp/d/root/etc",
    "tmp/./link/passwd",
  ]) {
    for (const method of ["GET", "PUT"]) {
      const target = `/v1.41/containers/${ownId}/archive?path=${encodeURIComponent(path)}`;
      await expectRefused(run, [method, target], /is a symbolic link/);
    }
  }
  await expectRefused(run, ["GET", `/v1.41/containers/${ownId}/archive?path=/tmp/../etc`], /leads upwards/);
  expect((await ask(run, "GET", `/v1.41/containers/${ownId}/archive?path=/tmp/d`)).status).toBe(200);
});

test("arguments for the host's ps", () =>
  expectRefused(
    run,
    ["GET", `/v1.41/containers/${ownId}/top?ps_args=-o%20pid,args%20--sort`],
    /ps on the host/,
  ));
