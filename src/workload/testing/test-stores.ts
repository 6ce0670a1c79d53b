import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import pg from "pg";
import { Toxiproxy } from "toxiproxy-node-client";
import type { Proxy } from "toxiproxy-node-client";
import { connectEngine } from "../../engine/engine.ts";
import { execInContainer } from "../../engine/exec.ts";
import { resolveImage } from "../../engine/images.ts";
import { runLabels } from "../../engine/labels.ts";
import { removeRun } from "../../engine/remove-run.ts";
import type { Endpoint } from "../../topology/started-topology.ts";
import type { StreamDefinition } from "../ledger-entry.ts";
import type { WorkloadOptions } from "../workload-options.ts";

/** Real servers behind real links, for tests and benchmarks of the workload alone: no replica, no Compose. */
export interface TestStores extends AsyncDisposable {
  readonly docker: Docker;
  readonly runId: string;
  readonly postgresPassword: string;
  readonly redisPassword: string;
  /** Names of the containers. */
  readonly containers: Readonly<Record<"postgres" | "redis" | "backend", string>>;
  readonly links: Readonly<Record<"postgres" | "redis" | "backend", Proxy>>;
  /** A folder that goes with the rest. */
  readonly folder: string;
  /** Runs the link's end for a client on this machine. */
  linkEndpoint(link: "postgres" | "redis"): Promise<Endpoint>;
  /** Past every link, for collecting. */
  directEndpoint(store: "postgres" | "redis"): Promise<Endpoint>;
  /** Replaces the application's container by one with this environment (the usual one by default). */
  replaceApplication(environment?: Readonly<Record<string, string>>): Promise<void>;
  /** Runs SQL as the superuser, inside the server's container. */
  sql(text: string): Promise<string>;
  redisCli(...words: readonly string[]): Promise<string>;
  options(streams: readonly StreamDefinition[], originNs?: bigint): WorkloadOptions;
}

const schema = `
  CREATE TABLE writes (
    run text, id bigint, writer integer, payload text,
    node text DEFAULT current_setting('cluster_name'),
    timeline integer DEFAULT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::integer,
    xid xid8 DEFAULT pg_current_xact_id());
  CREATE INDEX ON writes (run, id);`;

/** The application as the tests need it: a container with an environment, and a link to an HTTP server of the test on this port. */
export async function startTestStores(applicationPort = 1): Promise<TestStores> {
  const { docker, socketPath } = await connectEngine();
  const runId = `w${randomBytes(4).toString("hex").slice(0, 7)}`;
  const project = `drill-${runId}`;
  const folder = await mkdtemp(join(tmpdir(), "drill-workload-"));
  const [postgresPassword, redisPassword] = [
    randomBytes(12).toString("hex"),
    randomBytes(12).toString("hex"),
  ];
  const name = (part: string): string => `${project}-${part}`;
  const network = await docker.createNetwork({
    Name: project,
    Labels: runLabels(runId),
    Options: { "com.docker.network.bridge.host_binding_ipv4": "127.0.0.1" },
  });
  const networkDetails = (await network.inspect()) as { IPAM: { Config: { Gateway: string }[] } };
  const gateway = networkDetails.IPAM.Config[0]?.Gateway ?? "";

  async function run(
    part: string,
    image: string,
    options: { cmd?: string[]; env?: string[]; labels?: Record<string, string>; ports?: number[] },
  ): Promise<void> {
    const container = await docker.createContainer({
      name: name(part),
      Image: await resolveImage(docker, image),
      ...(options.cmd === undefined ? {} : { Cmd: options.cmd }),
      Env: options.env ?? [],
      Labels: { ...runLabels(runId), ...options.labels },
      ExposedPorts: Object.fromEntries((options.ports ?? []).map((port) => [`${port}/tcp`, {}])),
      HostConfig: {
        NetworkMode: project,
        PortBindings: Object.fromEntries(
          (options.ports ?? []).map((port) => [`${port}/tcp`, [{ HostIp: "127.0.0.1", HostPort: "" }]]),
        ),
      },
    });
    await container.start();
  }

  async function published(part: string, port: number): Promise<Endpoint> {
    const details = await docker.getContainer(name(part)).inspect();
    const binding = details.NetworkSettings.Ports[`${port}/tcp`]?.[0];
    if (binding === undefined) throw new Error(`${part}: port ${port} is not published`);
    return { host: "127.0.0.1", port: Number(binding.HostPort) };
  }

  async function startLink(link: string, port: number, upstream: string, labels = {}): Promise<Proxy> {
    const part = `link-${link}`;
    await run(part, "toxiproxy", {
      ports: [port, 8474],
      labels: { "drill.role": "toxiproxy", "drill.link": link, ...labels },
    });
    const api = await published(part, 8474);
    const client = new Toxiproxy(`http://${api.host}:${api.port}`);
    await until(`Toxiproxy ${link}`, async () => {
      await client.getVersion();
      return true;
    });
    return client.createProxy({ name: link, listen: `0.0.0.0:${port}`, upstream, enabled: true });
  }

  async function exec(part: string, argv: string[]): Promise<string> {
    const result = await execInContainer(docker, name(part), argv);
    if (result.exitStatus !== 0) throw new Error(`${argv.join(" ")}: ${result.stderr}${result.stdout}`);
    return result.stdout;
  }

  const sql = (text: string): Promise<string> =>
    exec("postgres", ["psql", "-U", "writer", "-d", "app", "-v", "ON_ERROR_STOP=1", "-XAtc", text]);
  const redisCli = (...words: readonly string[]): Promise<string> =>
    exec("redis", ["redis-cli", "--no-auth-warning", "-a", redisPassword, ...words]);
  const usualEnvironment = {
    DATABASE_URL: `postgresql://writer:${postgresPassword}@postgres:5432/app`,
    REDIS_URL: `redis://:${redisPassword}@redis:6379/0`,
  };

  async function startApplication(environment: Readonly<Record<string, string>>): Promise<void> {
    await run("backend", "redis:8", {
      cmd: ["sleep", "infinity"],
      env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
      labels: { "com.docker.compose.project": project, "com.docker.compose.service": "backend" },
    });
  }

  const stores: TestStores = {
    docker,
    runId,
    postgresPassword,
    redisPassword,
    folder,
    containers: { postgres: name("postgres"), redis: name("redis"), backend: name("backend") },
    links: {} as TestStores["links"],
    linkEndpoint: (link) => published(`link-${link}`, link === "postgres" ? 5432 : 6379),
    directEndpoint: (store) => published(store, store === "postgres" ? 5432 : 6379),
    async replaceApplication(environment = usualEnvironment) {
      await docker.getContainer(name("backend")).remove({ force: true, v: true });
      await startApplication(environment);
    },
    sql,
    redisCli,
    options: (streams, originNs = process.hrtime.bigint()) => ({
      runId,
      seed: "seed",
      originNs,
      enginePath: socketPath,
      project,
      stores: {
        postgres: {
          url: { service: "backend", variable: "DATABASE_URL" },
          database: "app",
          adminUser: "writer",
          adminPasswordCredential: "POSTGRES",
          insert:
            "INSERT INTO writes (run, id, writer, payload) VALUES ($1, $2, $3, $4) RETURNING node, timeline, xid::text AS xid",
          read: "SELECT current_setting('cluster_name') AS node, count(*) FROM (SELECT 1 FROM writes LIMIT 1) AS one",
          scan: "SELECT id, md5(payload) AS payload_md5, node, timeline, xid::text AS xid FROM writes WHERE run = $1",
          seed: "INSERT INTO writes (run, id, writer, payload) SELECT 'base', -n, 0, 'base-' || n FROM generate_series(1, $1::integer) AS n",
          tables: ["public.writes"],
          baseRows: 0,
        },
        redis: {
          url: { service: "backend", variable: "REDIS_URL" },
          passwordCredential: "REDIS",
          keyPattern: "write:{run}:{id}",
          listPattern: "writes:{run}:{writer}",
          baseKeys: 0,
        },
      },
      http: {
        service: "web",
        port: 8000,
        healthPath: "/health",
        requests: [
          { name: "place", store: "postgres", operation: "write", method: "POST", path: "/writes" },
          { name: "look", store: "redis", operation: "read", method: "GET", path: "/latest" },
        ],
      },
      streams,
      ledgerFile: join(folder, `ledger-${randomBytes(4).toString("hex")}.tsv`),
    }),
    async [Symbol.asyncDispose]() {
      await removeRun(docker, runId);
      await rm(folder, { recursive: true, force: true });
    },
  };

  try {
    await run("postgres", "postgres:17", {
      cmd: ["postgres", "-c", "cluster_name=one"],
      env: [`POSTGRES_USER=writer`, `POSTGRES_PASSWORD=${postgresPassword}`, "POSTGRES_DB=app"],
      ports: [5432],
    });
    await run("redis", "redis:8", {
      cmd: ["redis-server", "--requirepass", redisPassword, "--appendonly", "yes"],
      ports: [6379],
    });
    await startApplication(usualEnvironment);
    const [postgres, redis, backend] = await Promise.all([
      startLink("postgres", 5432, `${name("postgres")}:5432`),
      startLink("redis", 6379, `${name("redis")}:6379`),
      // Stands in for the application's own server: published port 8000 leads to the test's server on this machine.
      startLink("web", 8000, `${gateway}:${applicationPort}`, {
        "com.docker.compose.project": project,
        "com.docker.compose.service": "web",
      }),
    ]);
    // Over TCP: the server that runs during initialisation listens on its socket only.
    await until("PostgreSQL", async () => {
      const client = new pg.Client({
        ...(await stores.directEndpoint("postgres")),
        user: "writer",
        password: postgresPassword,
        database: "app",
      });
      client.on("error", () => undefined);
      await client.connect();
      await client.end();
      return true;
    });
    await until("Redis", async () => (await redisCli("PING")).includes("PONG"));
    await sql(schema);
    return Object.assign(stores, { links: { postgres, redis, backend } });
  } catch (error) {
    await stores[Symbol.asyncDispose]();
    throw error;
  }
}

/** Waits until a condition holds; whatever it throws counts as "not yet". */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  withinMs = 90_000,
): Promise<void> {
  const endsAt = performance.now() + withinMs;
  for (;;) {
    let lastError: unknown;
    try {
      if (await holds()) return;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() > endsAt)
      throw new Error(`${what} did not happen in ${withinMs} ms`, { cause: lastError });
    await pause(50);
  }
}
