import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { reconcile } from "../measurement/reconcile.ts";
import type { Reconciliation } from "../measurement/measurement.ts";
import type { LedgerEntry, StreamDefinition, Survivor } from "./ledger-entry.ts";
import { readLedger } from "./ledger-reader.ts";
import type { Ledger } from "./ledger-reader.ts";
import { payloadHash, payloadOf } from "./payload.ts";
import { scanPostgres } from "./survivors-postgres.ts";
import { scanRedis } from "./survivors-redis.ts";
import { startTestStores, until } from "./testing/test-stores.ts";
import type { TestStores } from "./testing/test-stores.ts";
import { startWorkload } from "./workload.ts";
import type { Workload } from "./workload.ts";
import type { WorkloadOptions } from "./workload-options.ts";

let application: Server;
/** What the application answers just now. */
let applicationAnswers: { readonly status: number; readonly answeredBy?: string } | "breaks off" = {
  status: 201,
};
let stores: TestStores;
let cleanUp: () => Promise<void> = () => Promise.resolve();

beforeAll(async () => {
  application = createServer((request, response) => {
    request.resume();
    request.once("end", () => {
      if (applicationAnswers === "breaks off") request.socket.destroy();
      else {
        const { status, answeredBy } = applicationAnswers;
        response.writeHead(status, answeredBy === undefined ? {} : { "x-answered-by": answeredBy }).end("{}");
      }
    });
  });
  await new Promise<void>((resolve) => application.listen(0, resolve));
  stores = await startTestStores((application.address() as AddressInfo).port);
  cleanUp = async () => stores[Symbol.asyncDispose]();
});

afterAll(async () => {
  application.closeAllConnections();
  application.close();
  await cleanUp();
});

afterEach(async () => {
  applicationAnswers = { status: 201 };
  await stores.sql("TRUNCATE writes");
  await stores.redisCli("FLUSHALL");
});

const postgresWrites: StreamDefinition = {
  name: "postgres-writes",
  store: "postgres",
  via: "direct",
  operation: "write",
  ratePerSecond: 50,
};
const redisWrites: StreamDefinition = { ...postgresWrites, name: "redis-writes", store: "redis" };
const place: StreamDefinition = { ...postgresWrites, name: "place", via: "application" };
const shortDeadlines = { connectMs: 300, statementMs: 400, socketMs: 400 };

interface Finished {
  readonly options: WorkloadOptions;
  readonly ledger: Ledger;
}

/** Runs streams around a story, and gives the ledger of it. */
async function during(
  streams: readonly StreamDefinition[],
  story: (workload: Workload) => Promise<void>,
  deadlines = shortDeadlines,
): Promise<Finished> {
  const options = { ...stores.options(streams), deadlines };
  await using workload = await startWorkload(options);
  await story(workload);
  await workload.stop();
  return { options, ledger: await readLedger(options.ledgerFile) };
}

/** Waits until a stream has so many more successes or failures. */
async function more(
  workload: Workload,
  kind: "acknowledged" | "failed",
  count = 5,
  stream = 0,
): Promise<void> {
  const now = (): number => workload.stats().streams[stream]?.[kind] ?? 0;
  const before = now();
  await until(`${count} more ${kind}`, () => now() >= before + count, 60_000);
}

async function setLink(name: "postgres" | "redis" | "backend", enabled: boolean): Promise<void> {
  const { listen, upstream } = stores.links[name];
  await stores.links[name].update({ enabled, listen, upstream });
}

function codesOf(entries: readonly LedgerEntry[]): string[] {
  return [...new Set(entries.map(({ outcome, errorCode }) => `${outcome} ${errorCode ?? ""}`.trim()))].sort();
}

async function all<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = [];
  for await (const batch of batches) items.push(...batch);
  return items;
}

async function postgresSurvivors(run = stores.runId): Promise<Survivor[]> {
  const scan = stores.options([]).stores.postgres?.scan ?? "";
  const endpoint = await stores.directEndpoint("postgres");
  const password = stores.postgresPassword;
  return all(
    scanPostgres({ endpoint, user: "writer", password, database: "app", scan, runs: [run, "base"] }),
  );
}

async function redisSurvivors(): Promise<Survivor[]> {
  const { keyPattern = "", listPattern = "" } = stores.options([]).stores.redis ?? {};
  const endpoint = await stores.directEndpoint("redis");
  const runs = [stores.runId, "base"];
  return all(scanRedis({ endpoint, password: stores.redisPassword, keyPattern, listPattern, runs }));
}

function held(
  { header, entries }: Ledger,
  store: "postgres" | "redis",
  survivors: Survivor[],
): Promise<Reconciliation> {
  return reconcile({ store, streams: header.streams, entries: [entries], survivors: [survivors] });
}

function expectAccounted(result: Reconciliation): void {
  expect(result).toMatchObject({
    lost: [],
    phantoms: [],
    duplicates: [],
    changedPayloads: [],
    gaps: [],
    baseDataLost: [],
  });
}

test("every acknowledged write is in its store, as the ledger says and by whom", async () => {
  const reads = { ...postgresWrites, name: "postgres-reads", operation: "read" } as const;
  const redisReads = { ...redisWrites, name: "redis-reads", operation: "read" } as const;
  const streams = [postgresWrites, redisWrites, reads, redisReads];
  // Long ones: a busy machine must not fail a write here.
  const deadlines = { connectMs: 10_000, statementMs: 10_000, socketMs: 10_000 };
  const story = async (workload: Workload): Promise<void> => {
    await stores.sql(
      "INSERT INTO writes (run, id, writer, payload) SELECT 'base', -n, 0, 'base-' || n FROM generate_series(1, 3) n",
    );
    await workload.recordBaseData(
      "postgres",
      [1, 2, 3].map((n) => ({ id: -n, payloadHash: payloadHash(`base-${n}`) })),
    );
    await more(workload, "acknowledged", 60);
  };
  const { ledger } = await during(streams, story, deadlines);
  expect(ledger.complete).toBe(true);
  const postgres = await held(ledger, "postgres", await postgresSurvivors());
  const redis = await held(ledger, "redis", await redisSurvivors());
  expectAccounted(postgres);
  expectAccounted(redis);
  expect(postgres.acknowledged).toBeGreaterThan(60);
  expect(redis.acknowledged).toBeGreaterThan(60);
  const runId = /run_id:(\w+)/.exec(await stores.redisCli("INFO", "server"))?.[1];
  for (const entry of ledger.entries.filter(({ id }) => id > 0)) {
    expect(entry.outcome).toBe("acknowledged");
    expect(entry.sentAt).toBeGreaterThanOrEqual(entry.dueAt - 0.001);
    expect(entry.answeredAt).toBeGreaterThan(entry.sentAt);
    const node = entry.stream.startsWith("redis") ? runId : "one";
    expect(entry.answeredBy).toMatchObject({ node });
    const isWrite = entry.stream.endsWith("writes");
    expect(entry.payloadHash).toBe(isWrite ? payloadHash(payloadOf("seed", entry.id)) : "");
    if (entry.stream === "postgres-writes") {
      expect(entry.answeredBy?.timeline).toBe(1);
      expect(entry.answeredBy?.xid).toMatch(/^\d+$/);
    }
  }
  // Each id once, and at its rate.
  expect(new Set(ledger.entries.map(({ id }) => id)).size).toBe(ledger.entries.length);
});

test("planted damage is found: a deleted, a changed, a doubled, a foreign row, and base data gone", async () => {
  const { ledger } = await during([postgresWrites, redisWrites], async (workload) => {
    await workload.recordBaseData("postgres", [{ id: -1, payloadHash: payloadHash("base-1") }]);
    await more(workload, "acknowledged", 30);
  });
  const [first, second, third] = ledger.entries.filter(({ stream }) => stream === "postgres-writes");
  await stores.sql(`
    DELETE FROM writes WHERE id = ${first?.id};
    UPDATE writes SET payload = 'changed' WHERE id = ${second?.id};
    INSERT INTO writes SELECT * FROM writes WHERE id = ${third?.id};
    INSERT INTO writes (run, id, writer, payload) VALUES ('${stores.runId}', 999999, 1, 'x');`);
  expect(await held(ledger, "postgres", await postgresSurvivors())).toMatchObject({
    lost: [{ id: first?.id }],
    gaps: [{ lost: first?.id }],
    changedPayloads: [{ id: second?.id, found: payloadHash("changed") }],
    duplicates: [{ id: third?.id, times: 2 }],
    phantoms: [{ id: 999_999 }],
    baseDataLost: [-1],
  });

  const quotes = ledger.entries.filter(({ stream }) => stream === "redis-writes");
  const [gone, half, twice] = quotes;
  const list = (entry: LedgerEntry | undefined): string => `writes:${stores.runId}:${entry?.writer}`;
  const item = (entry: LedgerEntry | undefined): string => `${entry?.id}:${entry?.payloadHash}`;
  await stores.redisCli("DEL", `write:${stores.runId}:${gone?.id}`);
  await stores.redisCli("LREM", list(gone), "0", item(gone));
  await stores.redisCli("DEL", `write:${stores.runId}:${half?.id}`);
  await stores.redisCli("RPUSH", list(twice), item(twice));
  expect(await held(ledger, "redis", await redisSurvivors())).toMatchObject({
    lost: [{ id: gone?.id }],
    changedPayloads: [{ id: half?.id, found: "" }],
    duplicates: [{ id: twice?.id, times: 2 }],
  });
});

test("a link that is cut fails writes, those under way as indeterminate, and service returns by itself", async () => {
  const { ledger } = await during([postgresWrites, redisWrites], async (workload) => {
    await more(workload, "acknowledged");
    await setLink("postgres", false);
    await setLink("redis", false);
    await more(workload, "failed", 10, 0);
    await more(workload, "failed", 10, 1);
    await setLink("postgres", true);
    await setLink("redis", true);
    await more(workload, "acknowledged", 10, 0);
    await more(workload, "acknowledged", 10, 1);
  });
  for (const entry of ledger.entries)
    expect(["acknowledged", "not-sent", "indeterminate"]).toContain(entry.outcome);
  expect(ledger.entries.filter(({ outcome }) => outcome === "not-sent").length).toBeGreaterThan(10);
  expectAccounted(await held(ledger, "postgres", await postgresSurvivors()));
  expectAccounted(await held(ledger, "redis", await redisSurvivors()));
});

test("a statement past its deadline is indeterminate, its connection is destroyed, and its id is never sent again", async () => {
  const { ledger } = await during([postgresWrites], async (workload) => {
    await more(workload, "acknowledged");
    const locker = stores.sql("BEGIN; LOCK TABLE writes; SELECT pg_sleep(2); COMMIT;");
    await more(workload, "failed", 4);
    await locker;
    await more(workload, "acknowledged", 20);
  });
  const late = ledger.entries.filter(({ errorCode }) => errorCode === "deadline");
  expect(late.length).toBeGreaterThanOrEqual(2);
  for (const entry of late) {
    expect(entry.outcome).toBe("indeterminate");
    // A timer may fire a fraction of a millisecond early.
    expect(entry.answeredAt - entry.sentAt).toBeGreaterThan(shortDeadlines.statementMs - 1);
  }
  const result = await held(ledger, "postgres", await postgresSurvivors());
  // The server went on with what the client gave up: that is why it is indeterminate.
  expect(result.recoveredIndeterminate).toBeGreaterThan(0);
  expectAccounted(result);
});

test("a killed server refuses, and after its restart every acknowledged write is there", async () => {
  const container = stores.docker.getContainer(stores.containers.postgres);
  const { ledger } = await during([postgresWrites], async (workload) => {
    await more(workload, "acknowledged", 20);
    await container.kill({ signal: "SIGKILL" });
    await more(workload, "failed", 10);
    await container.start();
    await more(workload, "acknowledged", 20);
  });
  expect(codesOf(ledger.entries.filter(({ outcome }) => outcome === "rejected"))).toEqual([]);
  expectAccounted(await held(ledger, "postgres", await postgresSurvivors()));
});

test("a paused server lets requests run into their deadlines, and nothing piles up", async () => {
  const container = stores.docker.getContainer(stores.containers.redis);
  const { ledger } = await during([redisWrites], async (workload) => {
    await more(workload, "acknowledged");
    await container.pause();
    await more(workload, "failed", 40);
    expect(workload.stats().streams[0]?.waiting).toBeLessThan(60);
    await container.unpause();
    await more(workload, "acknowledged", 20);
  });
  const codes = codesOf(ledger.entries);
  expect(codes).toContain("indeterminate deadline");
  expect(codes).toContain("not-sent no-connection");
  expectAccounted(await held(ledger, "redis", await redisSurvivors()));
});

test("a read-only Redis rejects: READONLY, and nothing of it is stored", async () => {
  const { ledger } = await during([redisWrites], async (workload) => {
    await more(workload, "acknowledged");
    await stores.redisCli("REPLICAOF", "127.0.0.1", "1");
    await more(workload, "failed");
    await stores.redisCli("REPLICAOF", "NO", "ONE");
    await more(workload, "acknowledged");
  });
  expect(codesOf(ledger.entries)).toContain("rejected READONLY");
  expectAccounted(await held(ledger, "redis", await redisSurvivors()));
});

test("a read-only PostgreSQL rejects: 25006, and nothing of it is stored", async () => {
  const { ledger } = await during([postgresWrites], async (workload) => {
    await more(workload, "acknowledged");
    await stores.sql("ALTER SYSTEM SET default_transaction_read_only = on");
    await stores.sql("SELECT pg_reload_conf()");
    await more(workload, "failed");
    await stores.sql("ALTER SYSTEM RESET default_transaction_read_only");
    await stores.sql("SELECT pg_reload_conf()");
    await more(workload, "acknowledged");
  });
  expect(codesOf(ledger.entries)).toEqual(["acknowledged", "rejected 25006"]);
  expectAccounted(await held(ledger, "postgres", await postgresSurvivors()));
});

test("a cancelled wait for a synchronous standby is acknowledged-unreplicated", async () => {
  const { ledger } = await during(
    [postgresWrites],
    async (workload) => {
      await more(workload, "acknowledged");
      await stores.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
      await stores.sql("SELECT pg_reload_conf()");
      const cancel =
        "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
      await until("a cancelled wait", async () => Number(await stores.sql(cancel)) > 0);
      await stores.sql("ALTER SYSTEM RESET synchronous_standby_names");
      await stores.sql("SELECT pg_reload_conf()");
      await more(workload, "acknowledged");
    },
    { connectMs: 1000, statementMs: 4000, socketMs: 4000 },
  );
  expect(codesOf(ledger.entries)).toContain("acknowledged-unreplicated 01000");
  expectAccounted(await held(ledger, "postgres", await postgresSurvivors()));
});

test.each([
  ["a host that the clients' network does not know", "redis://:x@replica:6379/0", "not-sent ENOTFOUND"],
  ["a port without a link", "redis://:x@redis:6380/0", "not-sent ECONNREFUSED"],
  ["no URL at all", "", "not-sent no-url"],
  ["a URL that is none", "not a url", "not-sent invalid-url"],
  ["a wrong password", "redis://:wrong@redis:6379/0", "not-sent WRONGPASS"],
  ["no password", "redis://redis:6379/0", "rejected NOAUTH"],
])("%s in the running application's environment is a failed write", async (_name, url, expected) => {
  const { ledger } = await during([redisWrites], async (workload) => {
    await more(workload, "acknowledged");
    await stores.replaceApplication({ REDIS_URL: url });
    await more(workload, "failed", 10);
    await stores.replaceApplication();
    await more(workload, "acknowledged");
  });
  expect(codesOf(ledger.entries)).toContain(expected);
  expectAccounted(await held(ledger, "redis", await redisSurvivors()));
});

test("direct clients lose their connections with the application's container, and go on with the next one", async () => {
  const { ledger } = await during([postgresWrites], async (workload) => {
    await more(workload, "acknowledged");
    const connections = (): Promise<string> =>
      stores.sql(
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'writer' AND pid <> pg_backend_pid() AND client_addr IS NOT NULL",
      );
    expect(Number(await connections())).toBeGreaterThan(0);
    await stores.docker.getContainer(stores.containers.backend).kill({ signal: "SIGKILL" });
    await until("no connection left", async () => (await connections()).trim() === "0");
    await more(workload, "failed", 10);
    await stores.docker.getContainer(stores.containers.backend).start();
    await more(workload, "acknowledged");
  });
  expect(codesOf(ledger.entries)).toContain("not-sent application-not-running");
  expectAccounted(await held(ledger, "postgres", await postgresSurvivors()));
});

test("through the application the answer's status decides, and a broken connection is indeterminate", async () => {
  applicationAnswers = { status: 201, answeredBy: "node=one; timeline=1; xid=7" };
  const { ledger } = await during([place], async (workload) => {
    await more(workload, "acknowledged");
    applicationAnswers = { status: 503 };
    await more(workload, "failed");
    applicationAnswers = { status: 422 };
    await more(workload, "failed");
    applicationAnswers = "breaks off";
    await more(workload, "failed");
    applicationAnswers = { status: 201, answeredBy: "node=one; timeline=1; xid=7" };
    await more(workload, "acknowledged");
  });
  const codes = codesOf(ledger.entries);
  expect(codes).toEqual(expect.arrayContaining(["acknowledged", "indeterminate 503", "rejected 422"]));
  expect(codes.some((code) => /^indeterminate (connection-closed|ECONNRESET)$/.test(code))).toBe(true);
  expect(ledger.entries[0]?.answeredBy).toEqual({ node: "one", timeline: 1, xid: "7" });
});

test("the workload survives a link that flaps, and no id is written twice", async () => {
  const fast = [postgresWrites, redisWrites].map((stream) => ({ ...stream, ratePerSecond: 200 }));
  const { ledger } = await during(fast, async (workload) => {
    for (let round = 0; round < 15; round += 1) {
      await setLink("postgres", false);
      await setLink("redis", false);
      await pause(20 + round * 10);
      await setLink("postgres", true);
      await setLink("redis", true);
      await pause(60);
    }
    await more(workload, "acknowledged", 20, 0);
    await more(workload, "acknowledged", 20, 1);
  });
  expect(ledger.complete).toBe(true);
  expect(new Set(ledger.entries.map(({ id }) => id)).size).toBe(ledger.entries.length);
  expectAccounted(await held(ledger, "postgres", await postgresSurvivors()));
  expectAccounted(await held(ledger, "redis", await redisSurvivors()));
});

test("a stream that the system does not define is bad usage", async () => {
  await expect(startWorkload(stores.options([{ ...place, name: "unheard-of" }]))).rejects.toMatchObject({
    code: "stream-undefined",
    exitStatus: 64,
  });
});

test("a ledger that exists is not written over", async () => {
  const options = stores.options([postgresWrites]);
  const workload = await startWorkload(options);
  await expect(startWorkload(options)).rejects.toMatchObject({ code: "ledger-unwritable" });
  await workload.stop();
  expect((await readLedger(options.ledgerFile)).complete).toBe(true);
});
