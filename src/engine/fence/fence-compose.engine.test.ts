import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExecResult } from "../exec.ts";
import { startFencedRun, type FencedRun } from "./testing/fenced-run.ts";

let run: FencedRun;
beforeAll(async () => {
  run = await startFencedRun();
  await succeeds("docker-compose up -d");
});
afterAll(() => run[Symbol.asyncDispose]());

async function succeeds(line: string, stdin?: string): Promise<string> {
  const result = await run.operate(line, stdin);
  expect(result, `${line}\n${result.stderr}`).toMatchObject({ exitStatus: 0 });
  return result.stdout;
}

async function fails(line: string): Promise<ExecResult> {
  const result = await run.operate(line);
  expect(result.exitStatus, line).not.toBe(0);
  return result;
}

async function inspect(service: string) {
  return run.docker.getContainer(`${run.project}-${service}-1`).inspect();
}

test("Compose sees exactly the run's services", async () => {
  const names = (await succeeds("docker-compose ps -a --format '{{.Name}}'")).trim().split("\n").sort();
  expect(names).toEqual([`${run.project}-backend-1`, `${run.project}-postgres-1`]);
});

test("what Compose creates carries the run's labels and limits, and publishes on loopback", async () => {
  const backend = await inspect("backend");
  expect(backend.Config.Labels).toMatchObject({
    "drill.run": run.runId,
    "com.docker.compose.service": "backend",
  });
  expect(backend.HostConfig).toMatchObject({
    Memory: 1024 ** 3,
    PidsLimit: 1024,
    RestartPolicy: { Name: "unless-stopped" },
  });
  const [binding] = backend.NetworkSettings.Ports["8000/tcp"] ?? [];
  expect(binding?.HostIp).toBe("127.0.0.1");
});

test("a service whose name is a link's keeps no such alias on any network, and its volume is the run's", async () => {
  const { NetworkSettings, Mounts } = await inspect("postgres");
  const networks = Object.values(NetworkSettings.Networks);
  expect(networks).toHaveLength(2);
  for (const network of networks) expect(network.Aliases).not.toContain("postgres");
  expect(Mounts.map(({ Name }) => Name)).toEqual([`${run.project}-pgdata`]);
  await fails("getent hosts postgres");
  await succeeds("getent hosts backend");
});

test("exec -T passes standard input, output, and the exit status", async () => {
  expect(await succeeds("docker-compose exec -T backend tr a-z A-Z", "hello\n")).toBe("HELLO\n");
  expect((await run.operate("docker-compose exec -T backend bash -c 'exit 7'")).exitStatus).toBe(7);
});

test("exec carries megabytes in both directions, unchanged", async () => {
  const line =
    "head -c 20000000 /dev/urandom > big; docker-compose exec -T backend cat < big | cmp - big && echo same";
  expect(await succeeds(line)).toBe("same\n");
});

test("exec without -T works in a terminal, and is told its size", async () => {
  const untilSized = `bash -c 'until [ "$(stty size)" = "33 99" ]; do :; done; tty'`;
  await run.operate("cat > terminal.sh", `stty rows 33 cols 99; docker-compose exec backend ${untilSized}`);
  expect(await succeeds("timeout 20 script -qec 'bash terminal.sh' /dev/null")).toContain("/dev/pts/");
});

test("the targets of exec are reported once, with service and words", async () => {
  run.fence.executedIn();
  await succeeds("docker-compose exec -T postgres echo one");
  await succeeds(`docker exec ${run.project}-backend-1 echo two`);
  const found = run.fence.executedIn().map(({ service, argv }) => [service, ...argv]);
  expect(found).toEqual([
    ["postgres", "echo", "one"],
    ["backend", "echo", "two"],
  ]);
  expect(run.fence.executedIn()).toEqual([]);
});

test("restart, stop, start and kill do to a service what they do without a fence", async () => {
  const { State: before } = await inspect("backend");
  await succeeds("docker-compose restart -t 0 backend");
  expect((await inspect("backend")).State.StartedAt).not.toBe(before.StartedAt);
  await succeeds("docker-compose stop -t 0 backend");
  expect((await inspect("backend")).State.Running).toBe(false);
  await succeeds("docker-compose start backend");
  expect((await inspect("backend")).State.Running).toBe(true);
  await succeeds("docker-compose pause backend && docker-compose unpause backend");
  await succeeds("docker-compose kill -s KILL backend");
  expect((await inspect("backend")).State.Running).toBe(false);
  await succeeds("docker-compose up -d --wait backend");
  expect((await inspect("backend")).State.Running).toBe(true);
});

test("up --force-recreate replaces the container, with the environment as it is now", async () => {
  const before = await inspect("backend");
  await succeeds("DATABASE_URL=second docker-compose up -d --no-deps --force-recreate -t 0 backend");
  const after = await inspect("backend");
  expect(after.Id).not.toBe(before.Id);
  expect(after.Config.Env).toContain("DATABASE_URL=second");
});

test("up --force-recreate of a data service keeps its volume and still lets no link's alias through", async () => {
  await succeeds("docker-compose exec -T postgres touch /var/lib/data/kept");
  await succeeds("docker-compose up -d --no-deps --force-recreate -t 0 postgres");
  await succeeds("docker-compose exec -T postgres test -e /var/lib/data/kept");
  await fails("getent hosts postgres");
});

test("logs, top and port answer", async () => {
  await succeeds("docker-compose logs --tail 5 backend");
  expect(await succeeds("docker-compose top backend")).toContain("sleep");
  expect(await succeeds("docker-compose port backend 8000")).toMatch(/^127\.0\.0\.1:\d+\n$/);
});

test("run --rm hands over output and exit status and leaves nothing", async () => {
  expect(await succeeds("docker-compose run --rm --no-deps -T backend tr a-z A-Z", "run\n")).toBe("RUN\n");
  expect((await run.operate("docker-compose run --rm --no-deps -T backend false")).exitStatus).toBe(1);
  expect(await succeeds("docker-compose ps -a --format '{{.Name}}' | wc -l")).toBe("2\n");
});

test("cp takes files in and out", async () => {
  await succeeds("echo content > file && docker-compose cp file backend:/tmp/file");
  expect(await succeeds("docker-compose cp backend:/tmp/file copy >&2 && cat copy")).toBe("content\n");
});

test("events show the run's services, and nothing of the operator", async () => {
  await succeeds("docker-compose restart -t 0 backend");
  const names =
    "docker events --since 1 --until $(($(date +%s) + 1)) --format '{{.Actor.Attributes.name}}' | sort -u";
  const found = (await succeeds(names)).trim().split("\n");
  expect(found).toContain(`${run.project}-backend-1`);
  expect(found).not.toContain(`${run.project}-operator`);
  expect(found).not.toContain(run.bystander.name);
});

test("rm and up bring a service back", async () => {
  await succeeds("docker-compose rm -sf backend");
  await expect(inspect("backend")).rejects.toMatchObject({ statusCode: 404 });
  await succeeds("docker-compose up -d backend");
  expect((await inspect("backend")).State.Running).toBe(true);
});

test("down removes the services and leaves the run's networks and volumes", async () => {
  await succeeds("docker-compose down -v -t 0");
  await expect(inspect("backend")).rejects.toMatchObject({ statusCode: 404 });
  await expect(run.docker.getVolume(`${run.project}-pgdata`).inspect()).resolves.toBeDefined();
  await succeeds("docker-compose up -d");
});

test("pull and build are refused", async () => {
  expect((await fails("docker-compose pull backend")).stderr).toContain("refused by the fence");
  const build = "mkdir -p b && echo FROM scratch > b/Dockerfile && DOCKER_BUILDKIT=0 docker build b";
  expect((await fails(build)).stderr).toContain("refused by the fence");
});

test("the Docker client finds containers of the run by name, and none of the harness", async () => {
  expect(await succeeds("docker ps --format '{{.Names}}' | sort")).toBe(
    `${run.project}-backend-1\n${run.project}-postgres-1\n`,
  );
  await succeeds(`docker inspect ${run.project}-backend-1`);
  expect((await fails(`docker exec ${run.project}-operator true`)).stderr).toContain(
    "does not belong to this run",
  );
});

test("what is cut off fails like an unreachable host, open streams included, and comes back when restored", async () => {
  const open = run.operate("docker-compose exec -T postgres sleep 60");
  await expect.poll(() => run.fence.executedIn().length, { timeout: 10_000 }).toBe(1);
  run.fence.cutOff(["postgres"]);
  expect((await open).exitStatus).not.toBe(0);
  const cut = await fails("docker-compose exec -T postgres true");
  expect(cut.stderr).toContain("no route to the host of postgres");
  await succeeds("docker-compose exec -T backend true");
  run.fence.restore(["postgres"]);
  await succeeds("docker-compose exec -T postgres true");
});
