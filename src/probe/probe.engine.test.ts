import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { abtpro } from "../../system/abtpro/abtpro.ts";
import { connectEngine } from "../engine/engine.ts";
import { execInContainer } from "../engine/exec.ts";
import { RunClock } from "../timeline/clock.ts";
import type { NewTimelineEvent } from "../timeline/event.ts";
import { startTopology } from "../topology/start-topology.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import { waitUntil } from "../topology/wait-until.ts";
import { observeApplicationTargets } from "./application-target.ts";
import { establishBaseline } from "./establish-baseline.ts";
import { endpointOf, nodeOf, postgresAddress, redisAddress } from "./node-address.ts";
import { observeNode } from "./node-state.ts";
import { withPostgres } from "./postgres-session.ts";
import { withRedis } from "./redis-session.ts";
import { observeState } from "./system-state.ts";
import { watchHealth } from "./watch-health.ts";
import { watchNodes } from "./watch-nodes.ts";

let topology: StartedTopology;

beforeAll(async () => {
  topology = await startTopology(abtpro({ baseRows: 50, baseKeys: 50 }), {
    runId: `p${randomUUID().replaceAll("-", "").slice(0, 7)}`,
    clock: new RunClock(),
    engine: await connectEngine(),
  });
});

afterAll(async () => {
  await topology[Symbol.asyncDispose]();
});

const observe = (service: string) => observeNode(topology, nodeOf(topology, service));
const containerOf = (service: string) =>
  topology.docker.getContainer(nodeOf(topology, service).containerName);
const baseline = (of = topology) => establishBaseline(of, { streams: [], lag: { samples: 2, everyMs: 20 } });

async function sql(service: string, ...statements: readonly string[]): Promise<unknown[]> {
  const endpoint = await endpointOf(nodeOf(topology, service));
  return withPostgres(postgresAddress(topology, endpoint), 20_000, async (client) => {
    let rows: unknown[] = [];
    for (const statement of statements) ({ rows } = await client.query<object>(statement));
    return rows;
  });
}

async function redis(service: string, ...command: readonly [string, ...string[]]): Promise<unknown> {
  const endpoint = await endpointOf(nodeOf(topology, service));
  const [name, ...rest] = command;
  return withRedis(redisAddress(topology, endpoint), 10_000, (client) => client.call(name, ...rest));
}

/** With the link from a replica to its primary cut. */
async function withCutLink(replica: string, act: () => Promise<void>): Promise<void> {
  const proxy = topology.links.find(({ from }) => from === replica)?.proxy;
  if (proxy === undefined) throw new Error(`no link from ${replica}`);
  const { listen, upstream } = proxy;
  await proxy.update({ enabled: false, listen, upstream });
  try {
    await act();
  } finally {
    await proxy.update({ enabled: true, listen, upstream });
    await until(
      `${replica} to stream again`,
      async () => (await observe(replica)).replication?.synced === true,
    );
  }
}

function until(what: string, check: () => Promise<boolean>): Promise<void> {
  const options = { what, deadlineMs: 30_000, signal: AbortSignal.timeout(40_000) };
  return waitUntil(options, async () => ((await check()) ? undefined : "not yet"));
}

describe("a node says what it is", () => {
  test("a primary commits a write, a replica streams", async () => {
    expect(await observe("postgres")).toMatchObject({
      reachable: true,
      role: "primary",
      writable: true,
      timeline: 1,
    });
    expect(await observe("postgres-replica")).toMatchObject({
      role: "replica",
      writable: false,
      timeline: 1,
      replication: { streaming: true, synced: true },
    });
    expect(await observe("redis")).toMatchObject({ role: "primary", writable: true });
    expect(await observe("redis-replica")).toMatchObject({
      role: "replica",
      writable: false,
      replication: { streaming: true, synced: true },
    });
  });

  test("both nodes of a PostgreSQL pair are of one cluster, both of a Redis pair are servers of their own", async () => {
    expect((await observe("postgres")).identity).toBe((await observe("postgres-replica")).identity);
    expect((await observe("redis")).identity).not.toBe((await observe("redis-replica")).identity);
  });

  test.each(["postgres", "redis"])(
    "%s, paused, is not reachable, and says so within its deadline",
    async (service) => {
      await containerOf(service).pause();
      const startedAt = performance.now();
      const state = await observe(service);
      const tookMs = performance.now() - startedAt;
      await containerOf(service).unpause();
      expect(state).toEqual({ node: service, reachable: false, detail: "no answer within 1000 ms" });
      expect(tookMs).toBeLessThan(2_000);
    },
  );

  test("a primary whose synchronous standby is gone takes no write, and no probe stays behind in it", async () => {
    await withCutLink("postgres-replica", async () => {
      await sql("postgres", "alter system set synchronous_standby_names = '*'", "select pg_reload_conf()");
      try {
        await until("the setting", async () => {
          const rows = await sql("postgres", "select current_setting('synchronous_standby_names') as names");
          return JSON.stringify(rows).includes("*");
        });
        const startedAt = performance.now();
        const state = await observe("postgres");
        expect(performance.now() - startedAt).toBeLessThan(3_000);
        expect(state).toMatchObject({ reachable: true, role: "primary", writable: false });
        expect(state.detail).toContain("no answer within 1000 ms");
        await until("the probe's backend to be gone", async () => {
          const [row] = await sql(
            "postgres",
            "select count(*)::int as n from pg_stat_activity where wait_event = 'SyncRep'",
          );
          return (row as { n: number }).n === 0;
        });
      } finally {
        await sql("postgres", "alter system reset synchronous_standby_names", "select pg_reload_conf()");
      }
    });
    await until("writes again", async () => (await observe("postgres")).writable === true);
  });

  test("a primary that was made read-only takes no write, and says why", async () => {
    await sql("postgres", "alter system set default_transaction_read_only = on", "select pg_reload_conf()");
    await until("read-only", async () => (await observe("postgres")).writable === false);
    expect((await observe("postgres")).detail).toContain("read-only");
    await sql(
      "postgres",
      "set default_transaction_read_only = off",
      "alter system reset default_transaction_read_only",
      "select pg_reload_conf()",
    );
    await until("writes again", async () => (await observe("postgres")).writable === true);
  });

  test("a probe leaves the system's tables and keys alone", async () => {
    const tables =
      "select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables order by relname";
    expect(await sql("postgres", tables)).toEqual([{ name: "public.tradelog" }, { name: 'public."user"' }]);
    expect(Number(await redis("redis", "PTTL", "drill:probe"))).toBeGreaterThan(0);
  });
});

describe("the state of the system", () => {
  test("a changed file, and only that, has another digest", async () => {
    const before = await observeState(topology);
    const { containerId, checkout } = topology.operator;
    await execInContainer(topology.docker, containerId, ["bash", "-c", `echo '# x' >> ${checkout}/.env`]);
    const after = await observeState(topology);
    const changed = Object.keys(after.files).filter((file) => after.files[file] !== before.files[file]);
    expect(changed).toEqual([".env"]);
    expect(after.containers).toEqual(before.containers);
  });

  test("a restarted container keeps its identity and has another start", async () => {
    const find = async () =>
      (await observeState(topology)).containers.find(({ service }) => service === "celery-beat");
    const before = await find();
    await topology.docker.getContainer(before?.containerId ?? "").restart({ t: 0 });
    const after = await find();
    expect(after).toMatchObject({
      containerId: before?.containerId,
      environmentSha256: before?.environmentSha256,
    });
    expect(after?.startedAt).not.toBe(before?.startedAt);
  });
});

test("each application service points at the primaries, and they take its writes", async () => {
  const targets = await observeApplicationTargets(topology);
  expect(targets).toHaveLength(6);
  for (const { store, host, node, writable } of targets) {
    expect({ host, node, writable }).toEqual({ host: store, node: store, writable: true });
  }
});

test("an application whose primary was paused points at nothing that answers", async () => {
  await containerOf("postgres").pause();
  const targets = await observeApplicationTargets(topology);
  await containerOf("postgres").unpause();
  const [target] = targets.filter(({ store }) => store === "postgres");
  expect(target).toEqual({ service: "backend", store: "postgres", host: "postgres", writable: false });
});

describe("the baseline", () => {
  test("a sound system has one, with lag and base data", async () => {
    expect(await baseline()).toMatchObject({
      established: true,
      baseline: {
        baseData: { postgres: 50, redis: 50 },
        lag: { "postgres-replica": { bytes: expect.any(Number) as number }, "redis-replica": {} },
      },
    });
  });

  test("another major version than the system defines", async () => {
    const nodes = new Map(
      [...topology.nodes].map(([name, node]) => [
        name,
        { ...node, definition: { ...node.definition, majorVersion: 16 } },
      ]),
    );
    expect(await baseline({ ...topology, nodes })).toMatchObject({
      established: false,
      code: "wrong-version",
    });
  });

  test.each(["postgres-replica", "redis-replica"])("%s behind a cut link", async (replica) => {
    await withCutLink(replica, async () => {
      await until(
        "the cut to be seen",
        async () => (await observe(replica)).replication?.streaming === false,
      );
      expect(await baseline()).toMatchObject({ established: false, code: "replication-not-streaming" });
    });
  });

  test("a Redis replica that never finished its first copy", async () => {
    await redis("redis-replica", "REPLICAOF", "NO", "ONE");
    expect(await baseline()).toMatchObject({ established: false, code: "wrong-role" });
    await redis("redis-replica", "REPLICAOF", "192.0.2.1", "6379");
    expect(await baseline()).toMatchObject({ established: false, code: "replica-never-synced" });
    await redis("redis-replica", "REPLICAOF", "redis", "6379");
    await until(
      "the replica to be synced",
      async () => (await observe("redis-replica")).replication?.synced === true,
    );
  });

  test("base data that is missing", async () => {
    await sql("postgres", "delete from tradelog where run = 'base' and client_id = -7");
    expect(await baseline()).toMatchObject({
      established: false,
      code: "base-data-missing",
      detail: expect.stringContaining("should hold 50 rows or keys of base data: 49") as string,
    });
  });
});

test("watching records each change of a node and of the application's health once", async () => {
  const events: NewTimelineEvent[] = [];
  const timeline = { record: (event: NewTimelineEvent) => events.push(event) };
  const nodes = watchNodes(topology, timeline, { everyMs: 100 });
  const health = watchHealth(topology, timeline, { everyMs: 100 });
  const states = () => events.flatMap((event) => (event.kind === "node-state" ? [event.state] : []));
  const healths = () => events.flatMap((event) => (event.kind === "probe-changed" ? [event.healthy] : []));
  try {
    await until("the first states", async () =>
      Promise.resolve(states().length >= 4 && healths().length >= 1),
    );
    expect(healths()).toEqual([true]);
    await containerOf("redis").kill({ signal: "KILL" });
    await topology.docker.getContainer((await topology.runningService("backend"))?.containerId ?? "").kill();
    await until("the changes", async () =>
      Promise.resolve(
        states().some(({ node, reachable }) => node === "redis" && !reachable) && healths().includes(false),
      ),
    );
  } finally {
    await Promise.all([nodes[Symbol.asyncDispose](), health[Symbol.asyncDispose]()]);
  }
  expect(states().filter(({ node }) => node === "postgres")).toHaveLength(1);
});
