import { expect, test } from "vitest";
import { connectEngine } from "./engine.ts";
import { execInContainer } from "./exec.ts";
import { describeImages, missingImages, resolveImage } from "./images.ts";
import { runLabels } from "./labels.ts";
import { removeRun } from "./remove-run.ts";

test("every image that the harness asks for is on the engine under the reference it was given", async () => {
  const { docker } = await connectEngine();
  for (const name of ["postgres:17", "postgres-archive:17", "redis:8", "s3", "toxiproxy", "operator"]) {
    await docker.getImage(await resolveImage(docker, name)).inspect();
  }
});

test("the evidence says what is in each image", async () => {
  const { docker } = await connectEngine();
  const [postgres, redis, toxiproxy, operator] = await describeImages(docker, [
    "postgres:17",
    "redis:8",
    "toxiproxy",
    "operator",
  ]);
  expect(postgres?.imageId).toMatch(/^sha256:/);
  expect(Object.values(postgres?.packages ?? {})[0]).toMatch(/^17\./);
  expect(Object.values(redis?.packages ?? {}).join()).toMatch(/\b8\./);
  expect(toxiproxy?.packages).toEqual({ TOXIPROXY_VERSION: "2.5.0" });
  expect(operator?.packages["docker-compose"]).toMatch(/^2\./);
});

test("an image made from another one has its layers and keeps its contract", async () => {
  const { docker } = await connectEngine();
  const inspect = async (name: string) => docker.getImage(await resolveImage(docker, name)).inspect();
  const [base, archive] = [await inspect("postgres:17"), await inspect("postgres-archive:17")];
  expect(archive.RootFS.Layers?.slice(0, base.RootFS.Layers?.length)).toEqual(base.RootFS.Layers);
  for (const key of ["Entrypoint", "Cmd", "Env", "Volumes", "User"] as const)
    expect(archive.Config[key]).toEqual(base.Config[key]);
  const [described] = await describeImages(docker, ["postgres-archive:17"]);
  expect(described?.packages["pgbackrest"]).toMatch(/^2\./);
});

test("an image that is not there is missing, and so is one whose base is not there", async () => {
  const { docker } = await connectEngine();
  const names = ["postgres-archive:17", "postgres-archive:3", "s3"];
  for (const name of ["postgres-archive:17", "s3"]) await resolveImage(docker, name);
  expect(await missingImages(docker, names)).toEqual(["postgres-archive:3"]);
});

test("a version that does not exist is an error of the environment, in one sentence", async () => {
  const { docker } = await connectEngine();
  await expect(resolveImage(docker, "postgres:3", () => undefined)).rejects.toMatchObject({
    exitStatus: 69,
    message: expect.stringMatching(/^Expected to build the image postgres:3, .*postgresql-3/) as string,
  });
});

test("an image that is nowhere is an error that says what to do", async () => {
  const { docker } = await connectEngine();
  await expect(resolveImage(docker, "drill/no-such-image:1", () => undefined)).rejects.toMatchObject({
    exitStatus: 69,
    code: "no-image",
  });
});

test("the operator has the programs that a runbook may call, and none of ours", async () => {
  const { docker } = await connectEngine();
  const runId = `operator${process.pid}`;
  try {
    const container = await docker.createContainer({
      Image: await resolveImage(docker, "operator"),
      Labels: runLabels(runId),
    });
    await container.start();
    const programs =
      "bash docker docker-compose psql redis-cli curl jq openssl aws ssh dig nsupdate ps".split(" ");
    const script = `for it in ${programs.join(" ")}; do command -v $it > /dev/null || echo "no $it"; done; docker compose version --short; ls /usr/local/bin /usr/local/sbin /srv/abtpro; pwd`;
    const { stdout } = await execInContainer(docker, container.id, ["sh", "-c", script]);
    expect(stdout).toMatch(/^2\.[\d.-]+\n/);
    expect(stdout).toMatch(/\/usr\/local\/bin:\n\n\/usr\/local\/sbin:\n\n?/);
    expect(stdout).toMatch(/\/srv\/abtpro\n$/);
  } finally {
    await removeRun(docker, runId);
  }
});
