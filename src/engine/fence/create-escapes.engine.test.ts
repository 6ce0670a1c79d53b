import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBody, createdAndRemoved, createTarget, expectRefused } from "./testing/attack.ts";
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

test("the body that the escapes are made of is let through", async () => {
  const { Config, HostConfig } = await createdAndRemoved(run, body());
  expect(Config.Labels).toMatchObject({ "drill.run": run.runId, "com.docker.compose.project": run.project });
  expect(HostConfig).toMatchObject({ Privileged: false, Memory: 1024 ** 3, PidsLimit: 1024 });
});

describe("paths of the host", () => {
  test.each(["/:/host", "/var/run/docker.sock:/s.sock", "./x:/x", "~/x:/x", "name:/x:z", "a:b:c:d"])(
    "Binds %s",
    (bind) => refusesHost({ Binds: [bind] }, /bind mount/),
  );
  test("a mount of type bind", () =>
    refusesHost({ Mounts: [{ Type: "bind", Source: "/", Target: "/host" }] }, /bind.* is not allowed/));
  test("a mount of type tmpfs", () =>
    refusesHost({ Mounts: [{ Type: "tmpfs", Target: "/t" }] }, /tmpfs.* is not allowed/));
  test("a volume mount whose driver binds the host's root", () =>
    refusesHost(
      {
        Mounts: [
          {
            Type: "volume",
            Target: "/host",
            VolumeOptions: {
              DriverConfig: { Name: "local", Options: { type: "none", o: "bind", device: "/" } },
            },
          },
        ],
      },
      /DriverConfig/,
    ));
  test("a volume made with the same options", () =>
    expectRefused(
      run,
      [
        "POST",
        "/v1.41/volumes/create",
        { Name: `${run.project}-loot`, DriverOpts: { type: "none", o: "bind", device: "/" } },
      ],
      /not among the requests/,
    ));
  test("another person's volume, as a bind and as a mount", async () => {
    const { volumeName } = run.bystander;
    await refusesHost({ Binds: [`${volumeName}:/x`] }, /volume .* does not belong to this run/);
    await refusesHost(
      { Mounts: [{ Type: "volume", Source: volumeName, Target: "/x" }] },
      /does not belong to this run/,
    );
    await refusesHost({ VolumesFrom: [run.bystander.containerId] }, /VolumesFrom/);
  });
  test("a volume that is not there yet: it would be made without the run's say", () =>
    refusesHost({ Binds: [`${run.project}-loot:/x`] }, /does not belong to this run/));
  test("a volume driver, a subpath, a target with dots", async () => {
    await refusesHost({ VolumeDriver: "x" }, /VolumeDriver/);
    const volume = { Type: "volume", Source: `${run.project}-pgdata` };
    await refusesHost(
      { Mounts: [{ ...volume, Target: "/x", VolumeOptions: { Subpath: "../.." } }] },
      /Subpath/,
    );
    await refusesHost({ Mounts: [{ ...volume, Target: "/x/../y" }] }, /no absolute path/);
  });
});

describe("keys that the engine would read and a filter would not", () => {
  const root = { Binds: ["/:/host"] };
  test.each([
    ["another case", { hostconfig: root }],
    ["upper case beside the honest one", { HOSTCONFIG: root }],
    ["a long s for an s", { "Ho\u017ftConfig": root }],
  ])("%s", (_, more) => refusesTop(more, /is not among the fields/));
  test("inside HostConfig: lower case, a Kelvin sign for a k, a long s for an s", async () => {
    await refusesHost({ binds: ["/:/host"] }, /is not among the fields/);
    await refusesHost({ "Networ\u212aMode": "host" }, /is not among the fields/);
    await refusesHost({ "Bind\u017f": ["/:/host"] }, /is not among the fields/);
    await refusesHost({ privileged: true }, /is not among the fields/);
  });
  test("inside a mount: source in another case", () =>
    refusesHost({ Mounts: [{ Type: "volume", Target: "/x", source: "/" }] }, /is not among the fields/));
  test("the same key twice, letter for letter: only one of them is looked at, and only that one is sent", async () => {
    const honest = JSON.stringify(body()).slice(1);
    const { HostConfig } = await createdAndRemoved(
      run,
      `{"HostConfig":{"Privileged":true,"Binds":["/:/host"]},${honest}`,
    );
    expect(HostConfig).toMatchObject({
      Privileged: false,
      NetworkMode: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(HostConfig.Binds ?? []).toEqual([]);
    await expectRefused(
      run,
      ["POST", target(), `${JSON.stringify(body()).slice(0, -1)},"HostConfig":{"Privileged":true}}`],
      /Privileged/,
    );
  });
  test("__proto__ and constructor are keys like others", async () => {
    await expectRefused(
      run,
      ["POST", target(), `{"__proto__":{"HostConfig":{"Privileged":true}},"Image":"x"}`],
      /__proto__/,
    );
    await refusesTop({ constructor: { a: 1 } }, /constructor/);
  });
});

describe("namespaces", () => {
  for (const mode of ["PidMode", "IpcMode", "UTSMode", "UsernsMode", "CgroupnsMode"]) {
    test(`${mode} of the host and of a foreign container`, async () => {
      await refusesHost({ [mode]: "host" }, new RegExp(mode));
      await refusesHost({ [mode]: `container:${run.bystander.containerId}` }, new RegExp(mode));
    });
  }
  test("NetworkMode host, none, bridge, default and of a container", async () => {
    for (const mode of ["host", "none", "bridge"])
      await refusesHost({ NetworkMode: mode }, /network .* does not belong to this run/);
    for (const mode of ["default", ""]) await refusesHost({ NetworkMode: mode }, /on a network of this run/);
    await refusesHost(
      { NetworkMode: `container:${run.bystander.containerId}` },
      /is not a network of this run/,
    );
  });
  test("a foreign network as mode and as an endpoint", async () => {
    const { networkId, name } = run.bystander;
    await refusesHost({ NetworkMode: networkId }, /does not belong to this run/);
    await refusesHost({ NetworkMode: name }, /does not belong to this run/);
    await refusesTop(
      { NetworkingConfig: { EndpointsConfig: { [name]: {} } } },
      /does not belong to this run/,
    );
  });
  test("links, static addresses and drivers' options of an endpoint", async () => {
    const own = `${run.project}-clients`;
    const endpoint = (options: object) => ({ NetworkingConfig: { EndpointsConfig: { [own]: options } } });
    await refusesTop(endpoint({ Links: [run.bystander.name] }), /Links/);
    await refusesTop(endpoint({ IPAMConfig: { IPv4Address: "172.17.0.9" } }), /IPAMConfig/);
    await refusesTop(endpoint({ MacAddress: "02:42:ac:11:00:02" }), /MacAddress/);
    await refusesHost({ Links: [run.bystander.name] }, /Links/);
  });
});

describe("privileges and the host's resources", () => {
  test.each([
    { Privileged: true },
    { CapAdd: ["SYS_ADMIN"] },
    { Devices: [{ PathOnHost: "/dev/sda", PathInContainer: "/dev/sda", CgroupPermissions: "rwm" }] },
    { DeviceRequests: [{ Count: -1 }] },
    { DeviceCgroupRules: ["a *:* rwm"] },
    { SecurityOpt: ["apparmor=unconfined"] },
    { Runtime: "runc" },
    { CgroupParent: "/" },
    { Sysctls: { "net.ipv4.ip_forward": "1" } },
    { MaskedPaths: [] },
    { ReadonlyPaths: [] },
    { OomScoreAdj: -1000 },
    { OomKillDisable: true },
    { GroupAdd: ["0"] },
    { Ulimits: [{ Name: "nproc", Soft: -1, Hard: -1 }] },
    { ExtraHosts: ["postgres:10.0.0.1"] },
    { Tmpfs: { "/t": "" } },
    { LogConfig: { Type: "syslog", Config: { "syslog-address": "tcp://example.org" } } },
    { RestartPolicy: { Name: "whenever" } },
    { ContainerIDFile: "/root/x" },
    { Invented: { later: true } },
  ])("%o", (host) => refusesHost(host, new RegExp(Object.keys(host)[0] ?? "")));
  test("limits can be lowered and not raised", async () => {
    const lower = await createdAndRemoved(run, body({}, { Memory: 64 * 1024 ** 2, PidsLimit: 10 }));
    expect(lower.HostConfig).toMatchObject({ Memory: 64 * 1024 ** 2, PidsLimit: 10 });
    const higher = await createdAndRemoved(run, body({}, { Memory: 1024 ** 4, PidsLimit: -1 }));
    expect(higher.HostConfig).toMatchObject({ Memory: 1024 ** 3, PidsLimit: 1024 });
  });
});
