import { describe, expect, test } from "vitest";
import { checkContainerName } from "./container-name.ts";
import { containerLabels } from "./create-labels.ts";
import { volumeMount, wantedVolumes } from "./create-mounts.ts";
import { loopbackBindings } from "./create-ports.ts";
import { withoutLinkAliases } from "./link-aliases.ts";
import { OwnRun } from "./own-run.ts";
import { Reach } from "./reach.ts";

const run = new OwnRun(
  {
    runId: "k3f9a2c1",
    project: "drill-k3f9a2c1",
    labels: { "drill.run": "k3f9a2c1", "drill.harness": "h" },
    allowedImages: new Set(),
    linkAliases: new Set(),
    limits: { memoryBytes: 1, pids: 1 },
  },
  new Reach(),
);

describe("names", () => {
  const check = (name: string | null) => checkContainerName(name, "drill-k3f9a2c1");
  test("within the project's prefix, and Compose's form while it replaces one, are taken over", () => {
    for (const name of ["drill-k3f9a2c1-backend-1", "0123456789ab_drill-k3f9a2c1-backend-1"])
      expect(check(name)).toBe(name);
    expect(check("/drill-k3f9a2c1-backend-1")).toBe("drill-k3f9a2c1-backend-1");
  });
  test.each([
    null,
    "",
    "backend",
    "drill-k3f9a2c1",
    "drill-k3f9a2c10-x",
    "xdrill-k3f9a2c1-x",
    "0123456789ab_backend",
    "0123456789a_drill-k3f9a2c1-x",
    "drill-k3f9a2c1-a/b",
    "drill-k3f9a2c1-\u212a",
    "//drill-k3f9a2c1-x",
  ])("%j is refused", (name) => {
    expect(() => check(name)).toThrow("a container must be named drill-k3f9a2c1-…");
  });
});

describe("labels", () => {
  test("Compose's are kept, the run's are added", () => {
    const asked = { "com.docker.compose.service": "backend", "com.docker.compose.project": "drill-k3f9a2c1" };
    expect(containerLabels(asked, run)).toEqual({ ...asked, "drill.run": "k3f9a2c1", "drill.harness": "h" });
    expect(containerLabels({}, run)["com.docker.compose.project"]).toBe("drill-k3f9a2c1");
  });
  test("others, and other values of the run's, are refused", () => {
    for (const asked of [
      { "drill.run": "x" },
      { "drill.harness": "x" },
      { "drill.role": "operator" },
      { a: "b" },
    ]) {
      expect(() => containerLabels(asked, run)).toThrow("can't be set");
    }
  });
});

describe("volumes", () => {
  test("binds, mounts and declared paths become one list, each path once", () => {
    const asked = {
      Binds: ["data:/data:ro"],
      Mounts: [{ Source: "more", Target: "/more/" }, { Target: "/none" }],
    };
    const wanted = wantedVolumes(asked, ["/data", "/more", "/declared"]);
    expect(wanted).toEqual([
      { name: "data", target: "/data", readOnly: true, noCopy: false },
      { name: "more", target: "/more/", readOnly: false, noCopy: false },
      { target: "/none", readOnly: false, noCopy: false },
      { target: "/declared", readOnly: false, noCopy: false },
    ]);
  });
  test.each([
    "/:/host",
    "./a:/b",
    "a:b",
    "a",
    "a:/b:rw,z",
    "a:/b:shared",
    ":/b",
    "a:/",
    "a:/x/../y",
    "a:/b\0",
    "~:/x",
  ])("the bind %j is refused", (bind) => {
    expect(() => wantedVolumes({ Binds: [bind] }, [])).toThrow("refused by the fence");
  });
  test("what goes to the engine is a volume with the run's labels and no driver", () => {
    expect(
      volumeMount({ name: "a", target: "/a", readOnly: true, noCopy: false }, { "drill.run": "r" }),
    ).toEqual({
      Type: "volume",
      Source: "a",
      Target: "/a",
      ReadOnly: true,
      VolumeOptions: { NoCopy: false, Labels: { "drill.run": "r" } },
    });
  });
});

describe("ports", () => {
  test("any address becomes loopback, and the same port is bound once", () => {
    const both = [
      { HostIp: "0.0.0.0", HostPort: "80" },
      { HostIp: "::", HostPort: "80" },
      { HostPort: "81" },
    ];
    expect(loopbackBindings({ "80/tcp": both })).toEqual({
      "80/tcp": [
        { HostIp: "127.0.0.1", HostPort: "80" },
        { HostIp: "127.0.0.1", HostPort: "81" },
      ],
    });
  });
  test("a definite address, and what is no port, are refused", () => {
    expect(() => loopbackBindings({ "80/tcp": [{ HostIp: "10.0.0.1" }] })).toThrow("on loopback only");
    expect(() => loopbackBindings({ "80/tcp": [{ HostPort: "80;x" }] })).toThrow("no port of the host");
    expect(() => loopbackBindings({ "0x50": [] })).toThrow("no port of a container");
  });
});

test("a link's name is no alias, in any case, with or without the root's dot", () => {
  expect(
    withoutLinkAliases(["postgres", "Postgres", "postgres.", "postgres-1"], new Set(["postgres"])),
  ).toEqual(["postgres-1"]);
});
