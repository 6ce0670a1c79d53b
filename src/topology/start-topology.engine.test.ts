import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { abtpro } from "../../system/abtpro/abtpro.ts";
import { connectEngine, type Engine } from "../engine/engine.ts";
import { execInContainer } from "../engine/exec.ts";
import { runLabel } from "../engine/labels.ts";
import { HarnessError } from "../harness-error.ts";
import { RunClock } from "../timeline/clock.ts";
import type { NewTimelineEvent } from "../timeline/event.ts";
import { withAdministrator } from "./postgres-readiness.ts";
import { contentOf, whyNotSynced, withRedisNode } from "./redis-readiness.ts";
import { startTopology } from "./start-topology.ts";
import type { Endpoint, StartedTopology } from "./started-topology.ts";
import type { PostgresStoreDefinition, RedisStoreDefinition, SystemDefinition } from "./system-definition.ts";
import { waitUntil } from "./wait-until.ts";

const { signal } = new AbortController();
const events: NewTimelineEvent[] = [];
let engine: Engine;
let topology: StartedTopology;

beforeAll(async () => {
  engine = await connectEngine();
  topology = await startTopology(abtpro(), {
    runId: randomRunId(),
    clock: new RunClock(),
    engine,
    timeline: { record: (event) => events.push(event) },
  });
});
afterAll(() => topology[Symbol.asyncDispose]());

describe("what a run starts", () => {
  test("every container, network and volume carries the run's label, and every port is bound to loopback", async () => {
    const { docker, project } = topology;
    const containers = (await docker.listContainers({ all: true })).filter(({ Names }) =>
      Names.some((name) => name.includes(project)),
    );
    expect(containers).toHaveLength(13);
    const networks = (await docker.listNetworks()).filter(({ Name }) => Name.startsWith(project));
    const volumes = (await docker.listVolumes()).Volumes.filter(({ Name }) => Name.startsWith(project));
    const labels = [...containers, ...networks, ...volumes].map((part) => part.Labels?.[runLabel]);
    expect(new Set(labels)).toEqual(new Set([topology.runId]));
    const bound = containers
      .flatMap(({ Ports }) => Ports)
      .map(({ IP }) => IP as string | undefined)
      .filter((ip) => ip !== undefined);
    expect(bound.length).toBeGreaterThan(8);
    expect(new Set(bound)).toEqual(new Set(["127.0.0.1"]));
  });

  test("data nodes stand on the data network only, and only their links answer to their names", async () => {
    for (const { containerName, definition } of topology.nodes.values()) {
      const inspected = await topology.docker.getContainer(containerName).inspect();
      expect(Object.keys(inspected.NetworkSettings.Networks)).toEqual([topology.dataNetwork]);
      const link = topology.links.find(({ from, to }) => from === "clients" && to === definition.service);
      expect(await operatorPrints(`getent hosts ${definition.service}`)).toContain(
        link?.proxy.listen.split(":")[0],
      );
    }
    expect(await operatorPrints("getent hosts replica || echo none")).toBe("none");
  });

  test("whoever reaches a link does not reach its control port, and the operator does not know its network", async () => {
    const { docker, operator, runId } = topology;
    const controlNetwork = `${topology.project}-control`;
    const filters = { label: [`${runLabel}=${runId}`, "drill.link"] };
    const links = await docker.listContainers({ filters });
    expect(links).toHaveLength(4);
    const addressesOn = (network: string, portOf: (service: string) => number | undefined): string[] =>
      links.map(({ Labels, NetworkSettings: { Networks } }) => {
        const port = portOf(Labels["drill.link"] ?? "") ?? 0;
        return `${Networks[network]?.IPAddress ?? ""}/${port}`;
      });
    const reached = async (from: string, addresses: readonly string[]): Promise<string[]> => {
      const dials = addresses.map(
        (address) => `(timeout 2 bash -c '</dev/tcp/${address}' 2>&- && echo ${address}) &`,
      );
      const argv = ["bash", "-c", `${dials.join(" ")} wait`];
      return (await execInContainer(docker, from, argv)).stdout.trim().split("\n").toSorted();
    };
    const { clientsNetwork, dataNetwork } = topology;
    const controls = [clientsNetwork, dataNetwork, controlNetwork].flatMap((network) =>
      addressesOn(network, () => 8474),
    );
    expect(new Set(controls.filter((address) => /^\d/.test(address))).size).toBe(12);
    const postgres = `${topology.project}-postgres-1`;
    // Not from PostgreSQL's: there a dial that is given up is an orphan of the postmaster, which takes it for a crashed server process.
    const redis = `${topology.project}-redis-1`;
    for (const [from, network] of [
      [operator.containerId, clientsNetwork],
      [redis, dataNetwork],
    ] as const) {
      const serving = addressesOn(network, (service) => topology.nodes.get(service)?.definition.port);
      expect(await reached(from, [...serving, ...controls])).toEqual(serving.toSorted());
    }
    expect(
      await operatorPrints(`docker network connect ${controlNetwork} ${postgres} 2>&1; echo $?`),
    ).toMatch(/does not belong to this run[^]*\n1$/);
  });

  test("the operator's environment holds no name of the checkout's .env, and no secret", async () => {
    const environment = await operatorPrints("env");
    const names = (await operatorPrints("cut -d= -f1 .env")).split("\n");
    expect(names).toContain("DATABASE_URL");
    for (const name of names) expect(environment).not.toMatch(new RegExp(`^${name}=`, "m"));
    for (const secret of topology.secrets) expect(environment).not.toContain(secret);
  });

  test("no credential is the same in two runs, and an undeclared one is an error", () => {
    expect(new Set(topology.secrets).size).toBe(topology.system.credentials.length);
    expect(() => topology.credential("NO_SUCH")).toThrow(HarnessError);
  });
});

describe("replication", () => {
  test("PostgreSQL streams through its link, with its slot, from a real base backup", async () => {
    const [sender] = await sql<{ application_name: string; state: string; slot: string }>(
      "postgres",
      `SELECT application_name, state, slot_name AS slot FROM pg_stat_replication JOIN pg_replication_slots ON active_pid = pid`,
    );
    expect(sender).toEqual({
      application_name: "postgres-replica",
      state: "streaming",
      slot: "postgres_replica",
    });
    const [receiver] = await sql<{ sender_host: string }>(
      "postgres-replica",
      "SELECT sender_host FROM pg_stat_wal_receiver",
    );
    expect(receiver?.sender_host).toBe("postgres");
    const identity = "SELECT system_identifier::text AS id FROM pg_control_system()";
    expect(await sql("postgres-replica", identity)).toEqual(await sql("postgres", identity));
  });

  test("Redis has synchronised and follows through its link", async () => {
    const info = await redis("redis-replica", (client) => client.info("replication"));
    expect(info).toMatch(/^master_host:redis\r$/m);
    expect(info).toMatch(/^master_link_status:up\r$/m);
    expect(info).toMatch(/^master_sync_in_progress:0\r$/m);
  });

  test("the base data is on both nodes of both stores", async () => {
    for (const service of ["postgres", "postgres-replica"]) {
      const [row] = await sql<{ n: number; least: number; wrong: number }>(
        service,
        `SELECT count(*)::int AS n, min(client_id)::int AS least, count(*) FILTER (WHERE payload <> 'base-' || -client_id)::int AS wrong
         FROM tradelog WHERE run = 'base'`,
      );
      expect(row).toEqual({ n: 5000, least: -5000, wrong: 0 });
    }
    for (const service of ["redis", "redis-replica"]) {
      expect(await redis(service, (client) => client.get("quote:base:-2000"))).toBe("base-2000");
      expect(await redis(service, (client) => client.llen("quotes:base:0"))).toBe(2000);
    }
  });

  test("a replica that promotes itself no longer counts as following", async () => {
    const access = redisAccess();
    const primary = await direct("redis");
    const content = await contentOf(access, primary);
    await redis("redis-replica", (client) => client.replicaof("NO", "ONE"));
    expect(await whyNotSynced(access, content, await direct("redis-replica"))).toBe(
      "its link to its primary is down",
    );
    await redis("redis-replica", (client) => client.replicaof("redis", 6379));
    await waitUntil({ what: "the replica to follow again", deadlineMs: 20_000, signal }, async () =>
      whyNotSynced(access, content, await direct("redis-replica")),
    );
  });

  test("Redis may rewrite its own configuration", async () => {
    expect(await redis("redis", (client) => client.config("REWRITE"))).toBe("OK");
  });
});

describe("names on the clients' network", () => {
  test("a service name is its link, on the documented port only", async () => {
    expect(await topology.resolve("postgres", 5432)).toEqual({
      host: "127.0.0.1",
      port: expect.any(Number) as number,
    });
    expect(await topology.resolve("postgres", 5433)).toBeUndefined();
    expect(await topology.resolve("postgres", 5432)).not.toEqual(await direct("postgres"));
  });

  test("what does not resolve there, or stands elsewhere, resolves to nothing", async () => {
    expect(await topology.resolve("replica", 5432)).toBeUndefined();
    expect(await topology.resolve(`${topology.project}-postgres-1`, 5432)).toBeUndefined();
  });

  test("an application container resolves to its published port", async () => {
    const backend = await topology.runningService("backend");
    expect(await topology.resolve("backend", 8000)).toEqual(backend?.ports.get(8000));
    expect(backend?.environment["DATABASE_URL"]).toContain("@postgres:5432/abtpro_db");
    expect(await topology.runningService("no-such-service")).toBeUndefined();
  });
});

describe("the application", () => {
  test("each write and read names the server that answered", async () => {
    const trade = await post("/trades", { run: "t", id: 1, writer: 3, payload: "one" });
    expect(trade.status).toBe(201);
    expect(trade.answeredBy).toMatch(/^node=postgres; timeline=1; xid=\d+$/);
    const quote = await post("/quotes", { run: "t", id: 2, writer: 3, payload: "two" });
    const runId = /^run_id:(.*?)\r$/m.exec(await redis("redis", (client) => client.info("server")))?.[1];
    expect(quote).toMatchObject({ status: 201, answeredBy: `node=${runId ?? ""}` });
    expect((await get("/trades/latest")).answeredBy).toBe("node=postgres");
    expect((await get("/quotes/latest")).answeredBy).toBe(`node=${runId ?? ""}`);
    const listed = await redis("redis", (client) => client.lrange("quotes:t:3", 0, -1));
    expect(listed).toEqual(["2:b8a9f715dbb64fd5c56e7783c6820a61"]);
  });

  test("what it can't read it refuses, and says that nothing was applied", async () => {
    expect(await post("/trades", { run: "t", id: "1", writer: 3, payload: "one" })).toMatchObject({
      status: 400,
    });
    expect((await post("/trades", { run: "t" })).body).toMatchObject({ applied: false });
  });

  test("its containers' starts and ends are events, with where they point", () => {
    const started = events.filter(
      (event) => event.kind === "application-changed" && event.state === "started",
    );
    expect(started.map((event) => "service" in event && event.service).toSorted()).toEqual([
      "backend",
      "celery-beat",
      "celery-worker",
    ]);
    expect(started[0]).toMatchObject({ urlHosts: { postgres: "postgres", redis: "redis" } });
  });
});

describe("a start that fails", () => {
  test.each<[string, Partial<SystemDefinition>, string]>([
    ["in a template", { directory: "/nonexistent" }, "Expected the template"],
    [
      "in the seed",
      withStores({ seed: "SELECT 1 FROM no_such_table" }),
      'relation "no_such_table" does not exist',
    ],
    [
      "in the definition",
      { nodes: abtpro().nodes.map((node) => ({ ...node, follows: "nobody" })) },
      "Expected the system to have the replica",
    ],
  ])("%s is one error, and leaves nothing behind", async (_, broken, message) => {
    const runId = randomRunId();
    const starting = startTopology({ ...abtpro(), ...broken }, { runId, clock: new RunClock(), engine });
    await expect(starting).rejects.toThrow(message);
    await expect(starting).rejects.toBeInstanceOf(HarnessError);
    const filters = { label: [`${runLabel}=${runId}`] };
    expect(await engine.docker.listContainers({ all: true, filters })).toEqual([]);
    expect(await engine.docker.listNetworks({ filters })).toEqual([]);
    expect((await engine.docker.listVolumes({ filters })).Volumes).toEqual([]);
  });
});

function withStores(postgres: Partial<PostgresStoreDefinition>): Partial<SystemDefinition> {
  const { stores } = abtpro();
  return {
    stores: { ...stores, postgres: { ...(stores.postgres as PostgresStoreDefinition), ...postgres } },
  };
}

function randomRunId(): string {
  return `t${Math.random().toString(36).slice(2, 9).padEnd(7, "0")}`;
}

async function operatorPrints(command: string): Promise<string> {
  const result = await execInContainer(topology.docker, topology.operator.containerId, [
    "bash",
    "-c",
    command,
  ]);
  return result.stdout.trim();
}

async function direct(service: string): Promise<Endpoint> {
  const endpoint = await topology.nodes.get(service)?.directEndpoint();
  if (endpoint === undefined) throw new Error(`${service} does not run`);
  return endpoint;
}

async function sql<Row extends object>(service: string, query: string): Promise<Row[]> {
  const store = topology.system.stores.postgres as PostgresStoreDefinition;
  const access = { store, password: topology.credential(store.adminPasswordCredential) };
  return withAdministrator(
    access,
    await direct(service),
    async (client) => (await client.query<Row>(query)).rows,
  );
}

function redisAccess(): { store: RedisStoreDefinition; password: string } {
  const store = topology.system.stores.redis as RedisStoreDefinition;
  return { store, password: topology.credential(store.passwordCredential) };
}

async function redis<T>(service: string, use: Parameters<typeof withRedisNode<T>>[2]): Promise<T> {
  return withRedisNode(redisAccess(), await direct(service), use);
}

interface Answer {
  readonly status: number;
  readonly answeredBy: string | null;
  readonly body: unknown;
}

async function post(path: string, body: object): Promise<Answer> {
  return answer(path, { method: "POST", body: JSON.stringify(body) });
}

async function get(path: string): Promise<Answer> {
  return answer(path, {});
}

async function answer(path: string, init: RequestInit): Promise<Answer> {
  const endpoint = (await topology.runningService("backend"))?.ports.get(8000);
  const response = await fetch(`http://127.0.0.1:${endpoint?.port ?? 0}${path}`, init);
  return {
    status: response.status,
    answeredBy: response.headers.get("x-answered-by"),
    body: await response.json(),
  };
}
