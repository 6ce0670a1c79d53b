import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { abtpro } from "../../system/abtpro/abtpro.ts";
import { connectEngine } from "../engine/engine.ts";
import { execInContainer } from "../engine/exec.ts";
import { HarnessError } from "../harness-error.ts";
import { RunClock } from "../timeline/clock.ts";
import { startTopology } from "../topology/start-topology.ts";
import type { Endpoint, StartedTopology } from "../topology/started-topology.ts";
import { waitUntil } from "../topology/wait-until.ts";
import { cutOffOperator } from "./cut-off-operator.ts";
import { bandwidth } from "./bandwidth.ts";
import type { Fault } from "./fault.ts";
import { killNode } from "./kill-node.ts";
import { latency } from "./latency.ts";
import { partition } from "./partition.ts";
import { pauseNode } from "./pause-node.ts";
import { resetConnections } from "./reset-connections.ts";
import { restartNode } from "./restart-node.ts";
import { stopNode } from "./stop-node.ts";
import { together } from "./together.ts";

const { signal } = new AbortController();
let topology: StartedTopology;

beforeAll(async () => {
  topology = await startTopology(abtpro({ baseRows: 10, baseKeys: 10 }), {
    runId: `f${Math.random().toString(36).slice(2, 9).padEnd(7, "0")}`,
    clock: new RunClock(),
    engine: await connectEngine(),
  });
});
afterAll(() => topology[Symbol.asyncDispose]());

describe("faults of a link", () => {
  test("200 ms of latency are 200 ms more, on a connection that was open before, and none after lifting", async () => {
    await using client = await throughLink();
    expect(await milliseconds(() => client.query("SELECT 1"))).toBeLessThan(200);
    await using fault = await latency({ to: "postgres" }, { ms: 200, jitterMs: 0 }).inject(topology);
    expect(await fault.observe()).toMatchObject({ inForce: true });
    expect(await milliseconds(() => client.query("SELECT 1"))).toBeGreaterThanOrEqual(200);
    await fault.lift();
    await fault.lift();
    expect(await fault.observe()).toMatchObject({ inForce: false });
    expect(await milliseconds(() => client.query("SELECT 1"))).toBeLessThan(200);
  });

  test("jitter is set too", async () => {
    await using fault = await latency({ to: "postgres" }, { ms: 20, jitterMs: 7 }).inject(topology);
    expect((await fault.observe()).detail).toContain('"jitter":7');
  });

  test("200 kB through 100 kB/s take more than a second and a half", async () => {
    await using client = await throughLink();
    await using fault = await bandwidth({ to: "postgres" }, { kilobytesPerSecond: 100 }).inject(topology);
    expect(await milliseconds(() => client.query("SELECT repeat('x', 200000)"))).toBeGreaterThan(1_500);
    expect(await fault.observe()).toMatchObject({ inForce: true });
  });

  test("a reset breaks the open connection, and a new one works at once", async () => {
    await using client = await throughLink();
    const fault = await resetConnections({ to: "postgres" }).inject(topology);
    await expect(client.query("SELECT 1")).rejects.toThrow();
    expect(await fault.observe()).toMatchObject({ inForce: true });
    expect(fault.fault.transient).toBe(true);
    await using again = await throughLink();
    expect(await again.query("SELECT 1")).toBe(1);
  });

  test("a partition from the clients stops open and new connections, and nothing else; lifted, it lets through again", async () => {
    await using client = await throughLink();
    await using fault = await partition({ from: "clients", to: "postgres" }).inject(topology);
    expect(await fault.observe()).toMatchObject({ inForce: true });
    expect(await answersWithin(400, client.query("SELECT 1"))).toBe(false);
    expect(await answersWithin(400, throughLink())).toBe(false);
    await replicates();
    await fault.lift();
    await using again = await throughLink();
    expect(await again.query("SELECT 1")).toBe(1);
  });

  test("behind a partition of the answers only, a write is applied that nobody hears of; of the requests only, it is not", async () => {
    for (const [direction, applied] of [
      ["downstream", 1],
      ["upstream", 0],
    ] as const) {
      await using client = await throughLink();
      await using fault = await partition({ from: "clients", to: "postgres", direction }).inject(topology);
      expect(await answersWithin(400, client.query(insert(direction)))).toBe(false);
      expect(fault.fault.name).toBe(`partition(clients -> postgres, ${direction})`);
      expect(await directly(`SELECT count(*)::int AS value FROM tradelog WHERE run = '${direction}'`)).toBe(
        applied,
      );
    }
  });

  test("a partition of the replication link stops replication and leaves the clients alone", async () => {
    await using fault = await partition({ from: "postgres-replica", to: "postgres" }).inject(topology);
    await using client = await throughLink();
    await client.query(insert("cut"));
    await delay(300);
    const seen = "SELECT count(*)::int AS value FROM tradelog WHERE run = 'cut'";
    expect(await directly(seen, "postgres-replica")).toBe(0);
    await fault.lift();
    await waitUntil({ what: "the replica to catch up", deadlineMs: 30_000, signal }, async () =>
      (await directly(seen, "postgres-replica")) === 1 ? undefined : "it has not",
    );
  });

  test("a node that nobody reaches is not reached by the operator either", async () => {
    const command = "docker-compose exec -T redis redis-cli PING";
    await using fault = await partition({ to: "redis" }).inject(topology);
    expect((await operator(command)).exitStatus).not.toBe(0);
    expect((await fault.observe()).detail).toContain("redis-replica -> redis");
    await fault.lift();
    expect((await operator(command)).exitStatus).toBe(0);
  });

  test("an operations host that is cut off executes nothing there, and clients notice nothing", async () => {
    const enter = `docker exec ${topology.nodes.get("postgres")?.containerName ?? ""} true`;
    await using client = await throughLink();
    await using fault = await cutOffOperator("postgres").inject(topology);
    expect(await fault.observe()).toMatchObject({ inForce: true });
    expect((await operator(enter)).exitStatus).not.toBe(0);
    expect(await client.query("SELECT 1")).toBe(1);
    await fault.lift();
    expect(await fault.observe()).toMatchObject({ inForce: false });
    expect((await operator(enter)).exitStatus).toBe(0);
  });

  test("what somebody else undid is not in force", async () => {
    await using fault = await latency({ to: "redis" }, { ms: 50 }).inject(topology);
    await topology.links
      .find(({ to }) => to === "redis")
      ?.proxy.getToxiproxy()
      .reset();
    expect(await fault.observe()).toMatchObject({ inForce: false });
  });

  test("the same toxic twice is an error, and the first stays as it was", async () => {
    await using first = await latency({ to: "redis" }, { ms: 50 }).inject(topology);
    await expect(latency({ to: "redis" }, { ms: 60 }).inject(topology)).rejects.toBeInstanceOf(HarnessError);
    expect(await first.observe()).toMatchObject({ inForce: true });
  });

  test.each<[Fault, string]>([
    [latency({ to: "replica" }, { ms: 1 }), "Expected a link clients -> replica"],
    [partition({ from: "redis", to: "postgres" }), "Expected a link redis -> postgres"],
    [partition({ to: "nothing" }), "Expected a node named nothing"],
    [killNode("replica"), "Expected a node named replica"],
  ])("$name names what is not there: an error with what is", async (fault, message) => {
    const injecting = fault.inject(topology);
    await expect(injecting).rejects.toThrow(message);
    await expect(injecting).rejects.toBeInstanceOf(HarnessError);
  });
});

describe("faults of a node", () => {
  test("a killed node is seen to be dead, and runs again after lifting", async () => {
    await using fault = await killNode("redis").inject(topology);
    const observed = await fault.observe();
    expect(observed.inForce).toBe(true);
    expect(observed.detail).toMatch(/^container [0-9a-f]{12} of redis ended with 137$/);
    expect(await topology.runningService("redis")).toBeUndefined();
    await expect(killNode("redis").inject(topology)).rejects.toBeInstanceOf(HarnessError);
    await fault.lift();
    await fault.lift();
    expect(await fault.observe()).toMatchObject({ inForce: false });
    expect(await topology.runningService("redis")).toBeDefined();
  });

  test("a paused node keeps its connections and answers only after lifting", async () => {
    await using client = await throughLink();
    await using fault = await pauseNode("postgres").inject(topology);
    const query = client.query("SELECT 1");
    expect(await answersWithin(400, query)).toBe(false);
    expect((await fault.observe()).detail).toContain("is paused");
    await fault.lift();
    await fault.lift();
    expect(await query).toBe(1);
    expect(await fault.observe()).toMatchObject({ inForce: false });
  });

  test("a stopped node ended in good order", async () => {
    await using fault = await stopNode("redis").inject(topology);
    expect((await fault.observe()).detail).toContain("ended with 0");
  });

  test("a restarted node runs since a later time", async () => {
    const before = await topology.runningService("redis");
    const fault = await restartNode("redis").inject(topology);
    expect(await fault.observe()).toMatchObject({ inForce: true });
    expect(fault.fault.transient).toBe(true);
    const after = await topology.runningService("redis");
    expect(after?.containerId).toBe(before?.containerId);
    expect(after?.startedAt).not.toBe(before?.startedAt);
    await fault.lift();
    expect(await topology.runningService("redis")).toEqual(after);
  });
});

describe("the application while a fault lasts", () => {
  test("it never claims a write on a dead database, and serves again as soon as the database does", async () => {
    await using fault = await killNode("postgres").inject(topology);
    const during = [await placeTrade(1), await placeTrade(2)];
    for (const { applied, status } of during) {
      expect([500, 503]).toContain(status);
      expect(applied).toBe(status === 503 ? false : null);
    }
    // The connection that it had is known to be dead, a new one is refused: nothing was applied, and it says so.
    expect(during[1]).toEqual({ status: 503, applied: false });
    await fault.lift();
    await waitUntil({ what: "a trade to be taken", deadlineMs: 20_000, signal }, async () => {
      const { status } = await placeTrade(3);
      return status === 201 ? undefined : `status ${status}`;
    });
  });

  test("behind a paused database it answers within its own deadline that it does not know", async () => {
    expect(await placeTrade(4)).toMatchObject({ status: 201 });
    await using fault = await pauseNode("postgres").inject(topology);
    const elapsed = await milliseconds(async () => {
      expect(await placeTrade(5)).toEqual({ status: 500, applied: null });
    });
    expect(elapsed).toBeGreaterThan(1_900);
    await fault.lift();
  });
});

describe("faults together", () => {
  test("a cut of the replication link and a kill in the same instant are both in force, and both lifted", async () => {
    const both = together(partition({ from: "redis-replica", to: "redis" }), killNode("redis"));
    expect(both).toMatchObject({ targets: ["redis"], transient: false });
    await using fault = await both.inject(topology);
    expect(await fault.observe()).toMatchObject({ inForce: true });
    await topology.docker.getContainer(`${topology.project}-redis-1`).start();
    expect(await fault.observe()).toMatchObject({ inForce: false });
    await fault.lift();
    expect((await fault.observe()).detail).toContain("gone");
  });

  test("when one can't be injected, the other does not stay", async () => {
    const both = together(latency({ to: "redis" }, { ms: 50 }), killNode("nothing"));
    await expect(both.inject(topology)).rejects.toThrow("nothing");
    // It would be refused if the first one were still there.
    await using again = await latency({ to: "redis" }, { ms: 50 }).inject(topology);
    expect(await again.observe()).toMatchObject({ inForce: true });
  });
});

interface Session extends AsyncDisposable {
  /** The first column of the first row. */
  query(sql: string): Promise<unknown>;
}

async function throughLink(): Promise<Session> {
  return session(await topology.resolve("postgres", 5432));
}

async function session(endpoint: Endpoint | undefined): Promise<Session> {
  const client = new Client({
    ...endpoint,
    user: "postgres",
    password: topology.credential("POSTGRES_ADMIN_SECRET"),
    database: "abtpro_db",
  });
  client.on("error", () => undefined);
  await client.connect();
  return {
    async query(sql) {
      const { rows } = await client.query<Record<string, unknown>>(sql);
      return Object.values(rows[0] ?? {})[0];
    },
    // Not a polite goodbye, for which a broken link would never answer.
    [Symbol.asyncDispose]: () => {
      client.end().catch(() => undefined);
      return Promise.resolve();
    },
  };
}

async function directly(sql: string, service = "postgres"): Promise<unknown> {
  await using client = await session(await topology.nodes.get(service)?.directEndpoint());
  return await client.query(sql);
}

function insert(run: string): string {
  return `INSERT INTO tradelog (run, client_id, writer, user_id, payload) VALUES ('${run}', 1, 1, 1, 'x')`;
}

async function replicates(): Promise<void> {
  const run = `r${Math.random()}`;
  await directly(insert(run));
  await waitUntil({ what: "the row on the replica", deadlineMs: 10_000, signal }, async () =>
    (await directly(`SELECT count(*)::int FROM tradelog WHERE run = '${run}'`, "postgres-replica")) === 1
      ? undefined
      : "not there",
  );
}

async function placeTrade(id: number): Promise<{ status: number; applied: unknown }> {
  const endpoint = (await topology.runningService("backend"))?.ports.get(8000);
  const response = await fetch(`http://127.0.0.1:${endpoint?.port ?? 0}/trades`, {
    method: "POST",
    body: JSON.stringify({ run: "app", id, writer: 1, payload: "x" }),
  });
  const { applied } = (await response.json()) as { applied?: boolean | null };
  return { status: response.status, applied };
}

async function operator(command: string): Promise<{ exitStatus: number }> {
  return execInContainer(topology.docker, topology.operator.containerId, ["bash", "-c", command]);
}

async function milliseconds(action: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
}

async function answersWithin(ms: number, answer: Promise<unknown>): Promise<boolean> {
  const answered = answer.then(
    () => true,
    () => false,
  );
  return Promise.race([answered, delay(ms, false)]);
}
