import { afterAll, beforeAll, expect, test } from "vitest";
import { abtpro } from "../../system/abtpro/abtpro.ts";
import { connectEngine } from "../engine/engine.ts";
import { execInContainer } from "../engine/exec.ts";
import { RunClock } from "../timeline/clock.ts";
import type { NewTimelineEvent } from "../timeline/event.ts";
import { applicationHealthy } from "./start-application.ts";
import { startTopology } from "./start-topology.ts";
import type { StartedTopology } from "./started-topology.ts";
import { waitUntil } from "./wait-until.ts";

// What documented commands rely on: Compose takes the containers that Testcontainers started for its own.

const { signal } = new AbortController();
const events: NewTimelineEvent[] = [];
const dataServices = ["postgres", "postgres-replica", "redis", "redis-replica"];
let topology: StartedTopology;

beforeAll(async () => {
  topology = await startTopology(abtpro({ baseRows: 10, baseKeys: 10 }), {
    runId: `c${Math.random().toString(36).slice(2, 9).padEnd(7, "0")}`,
    clock: new RunClock(),
    engine: await connectEngine(),
    timeline: { record: (event) => events.push(event) },
  });
});
afterAll(() => topology[Symbol.asyncDispose]());

test("ps lists every service of the compose file, by the operator's own docker-compose and docker compose", async () => {
  for (const program of ["docker-compose", "docker compose"]) {
    const { stdout } = await operator(`${program} ps --services`);
    expect(stdout.trim().split("\n").toSorted()).toEqual([
      "backend",
      "celery-beat",
      "celery-worker",
      ...dataServices,
    ]);
  }
});

test("up of the application, and of everything, leaves every container as it is", async () => {
  const before = await identities();
  expect(await operator("docker-compose up -d backend celery-worker celery-beat")).toMatchObject({
    exitStatus: 0,
  });
  expect(await operator("docker-compose up -d")).toMatchObject({ exitStatus: 0 });
  expect(await identities()).toEqual(before);
});

test("with a different label, up would make a data node anew: the labels are what it goes by", async () => {
  const { stdout } = await operator("docker-compose config --hash postgres");
  const inspected = await topology.docker.getContainer(`${topology.project}-postgres-1`).inspect();
  expect(inspected.Config.Labels["com.docker.compose.config-hash"]).toBe(stdout.trim().split(" ")[1]);
  const dryRun = await operator(
    'sed \'s/-c", "config_file/-c", "work_mem=8MB", "-c", "config_file/\' docker-compose.yml > other.yml; docker-compose -f other.yml up -d --dry-run backend; rm other.yml',
  );
  expect(dryRun.stderr).toMatch(/postgres-1 +Recreate/);
});

test("exec reaches a data node, with standard input and exit status", async () => {
  const query = await operator(
    "echo 'SELECT count(*) FROM tradelog' | docker-compose exec -T postgres psql -U abtuser -At abtpro_db",
  );
  expect(query).toMatchObject({ exitStatus: 0, stdout: "10\n" });
  expect(await operator("docker-compose exec -T postgres sh -c 'exit 7'")).toMatchObject({ exitStatus: 7 });
  expect((await operator("docker-compose exec -T redis redis-cli PING")).stdout).toContain("NOAUTH");
});

test("restart keeps a data node's container and data, and its link finds it again", async () => {
  const before = await identities();
  expect(await operator("docker-compose restart -t 5 redis postgres")).toMatchObject({ exitStatus: 0 });
  const after = await identities();
  expect(after.get("redis")?.id).toBe(before.get("redis")?.id);
  expect(after.get("redis")?.startedAt).not.toBe(before.get("redis")?.startedAt);
  await throughLink("SELECT count(*) FROM tradelog", "10");
  await healthy();
});

test("stop and start of a data node, by name", async () => {
  expect(await operator("docker-compose stop -t 5 postgres-replica")).toMatchObject({ exitStatus: 0 });
  expect(await topology.runningService("postgres-replica")).toBeUndefined();
  expect(await topology.nodes.get("postgres-replica")?.directEndpoint()).toBeUndefined();
  expect(await operator("docker-compose start postgres-replica")).toMatchObject({ exitStatus: 0 });
  expect(await topology.runningService("postgres-replica")).toBeDefined();
});

test("restart does not re-read .env; up does, and both are events of the application", async () => {
  await operator("sed -i 's/@postgres:/@postgres-replica:/' .env");
  await operator("docker-compose restart -t 1 backend");
  expect(await databaseHost()).toBe("postgres");
  await operator("docker-compose up -d --no-deps --force-recreate backend");
  expect(await databaseHost()).toBe("postgres-replica");
  await waitUntil({ what: "the event", deadlineMs: 5_000, signal }, () => {
    const last = events.findLast(
      (event) => event.kind === "application-changed" && event.state === "started",
    );
    const urlHosts = last !== undefined && "urlHosts" in last ? last.urlHosts : undefined;
    return Promise.resolve(urlHosts?.["postgres"] === "postgres-replica" ? undefined : JSON.stringify(last));
  });
  // A read-only database is an error that says so, and that nothing was applied.
  await expect(healthy(1_000)).rejects.toThrow("read-only");
  await operator("sed -i 's/@postgres-replica:/@postgres:/' .env && docker-compose up -d backend");
  await healthy();
});

test("a data node that Compose makes anew keeps its data, configuration and place behind its link", async () => {
  const before = await identities();
  const { exitStatus } = await operator("docker-compose up -d --no-deps --force-recreate postgres");
  expect(exitStatus).toBe(0);
  const after = await identities();
  expect(after.get("postgres")?.id).not.toBe(before.get("postgres")?.id);
  const inspected = await topology.docker.getContainer(`${topology.project}-postgres-1`).inspect();
  expect(Object.keys(inspected.NetworkSettings.Networks)).toEqual([topology.dataNetwork]);
  const aliases = (inspected.NetworkSettings.Networks[topology.dataNetwork]?.Aliases ?? []) as string[];
  expect(aliases).not.toContain("postgres");
  await throughLink("SELECT current_setting('cluster_name') || count(*) FROM tradelog", "postgres10");
});

async function operator(command: string): Promise<{ exitStatus: number; stdout: string; stderr: string }> {
  return execInContainer(topology.docker, topology.operator.containerId, ["bash", "-c", command], {
    timeoutMs: 60_000,
  });
}

async function identities(): Promise<ReadonlyMap<string, { id: string; startedAt: string }>> {
  const services = [...dataServices, ...topology.system.application.services];
  return new Map(
    await Promise.all(
      services.map(async (service) => {
        const running = await topology.runningService(service);
        return [
          service,
          { id: running?.containerId ?? "none", startedAt: running?.startedAt ?? "" },
        ] as const;
      }),
    ),
  );
}

/** Asks the database as the application would, by its own URL. */
async function throughLink(query: string, expected: string): Promise<void> {
  await waitUntil({ what: "the database behind its link", deadlineMs: 20_000, signal }, async () => {
    const { stderr, stdout } = await operator(
      `psql -At "$(grep ^DATABASE_URL= .env | cut -d= -f2-)" -c "${query}"`,
    );
    return stdout.trim() === expected ? undefined : `${stdout} ${stderr}`;
  });
}

async function healthy(deadlineMs = 20_000): Promise<void> {
  await applicationHealthy(
    topology.docker,
    topology.project,
    topology.system.application,
    signal,
    deadlineMs,
  );
}

async function databaseHost(): Promise<string | undefined> {
  const environment = (await topology.runningService("backend"))?.environment;
  return environment === undefined ? undefined : new URL(environment["DATABASE_URL"] ?? "").hostname;
}
