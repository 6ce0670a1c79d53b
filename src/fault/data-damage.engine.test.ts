import { afterAll, beforeAll, expect, test } from "vitest";
import { abtpro } from "../../system/abtpro/abtpro.ts";
import { connectEngine } from "../engine/engine.ts";
import { HarnessError } from "../harness-error.ts";
import { nodeOf, postgresAddress } from "../probe/node-address.ts";
import { withPostgres } from "../probe/postgres-session.ts";
import { RunClock } from "../timeline/clock.ts";
import { startTopology } from "../topology/start-topology.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import { waitUntil } from "../topology/wait-until.ts";
import { dropTable } from "./drop-table.ts";
import type { Fault } from "./fault.ts";
import { flipPage } from "./flip-page.ts";
import { overwriteRows } from "./overwrite-rows.ts";

const { signal } = new AbortController();
const users = 'public."user"';
let topology: StartedTopology;

beforeAll(async () => {
  topology = await startTopology(abtpro({ baseRows: 500, baseKeys: 10 }), {
    runId: `d${Math.random().toString(36).slice(2, 9).padEnd(7, "0")}`,
    clock: new RunClock(),
    engine: await connectEngine(),
  });
});
afterAll(() => topology[Symbol.asyncDispose]());

test("a flipped page can't be read, its replica's can, and neither lifting nor a write of the server makes it whole", async () => {
  await ask("postgres", `update ${users} set preferences = '{"a": 1}' where id < 50`);
  await using fault = await flipPage("postgres", { table: users }).inject(topology);
  expect(await fault.observe()).toMatchObject({
    inForce: true,
    detail: expect.stringMatching(/^postgres says: invalid page in block 0 of relation/) as string,
  });
  await fault.lift();
  await ask("postgres", "checkpoint");
  await expect(ask("postgres", `select count(*) from ${users}`)).rejects.toThrow("invalid page in block 0");
  expect(await ask("postgres-replica", `select count(*)::int as value from ${users}`)).toBe(200);
  expect(
    await ask("postgres", "select count(*)::int as value from pg_extension where extname = 'pg_buffercache'"),
  ).toBe(0);
  expect(await ask("postgres", "select count(*)::int as value from public.tradelog where run = 'base'")).toBe(
    500,
  );
});

test("every row is overwritten, and so it is on the replica", async () => {
  const overwriting = overwriteRows("postgres", { table: "public.tradelog", column: "payload", value: "x" });
  await using fault = await overwriting.inject(topology);
  expect(await fault.observe()).toEqual({
    inForce: true,
    detail: "500 of 500 rows of public.tradelog on postgres have the payload x",
  });
  await replicated("select count(*)::int as value from public.tradelog where payload = 'x'", 500);
  await ask("postgres", "update public.tradelog set payload = 'y'");
  expect(await fault.observe()).toMatchObject({ inForce: false });
});

test("a dropped table is gone, and so it is on the replica", async () => {
  await using fault = await dropTable("postgres", "public.tradelog").inject(topology);
  expect(await fault.observe()).toEqual({ inForce: true, detail: "postgres has no table public.tradelog" });
  await replicated("select (to_regclass('public.tradelog') is null)::int as value", 1);
  await fault.lift();
  expect(await fault.observe()).toMatchObject({ inForce: true });
});

test.each<[string, Fault, string]>([
  ["a node that there is not", dropTable("nothing", users), "Expected a PostgreSQL node named nothing"],
  ["a node of another store", dropTable("redis", users), "found postgres, postgres-replica"],
  ["a table that there is not", dropTable("postgres", "public.none"), 'table "none" does not exist'],
  ["a replica", dropTable("postgres-replica", users), "read-only transaction"],
  ["a page that there is not", flipPage("postgres", { table: users, page: 99 }), "no page 99"],
])("damage to %s is an error that says what is there", async (_what, fault, message) => {
  const injecting = fault.inject(topology);
  await expect(injecting).rejects.toThrow(message);
  await expect(injecting).rejects.toBeInstanceOf(HarnessError);
});

async function replicated(sql: string, expected: number): Promise<void> {
  await waitUntil({ what: "the replica to have it", deadlineMs: 20_000, signal }, async () => {
    const value = await ask("postgres-replica", sql);
    return value === expected ? undefined : `it has ${String(value)}`;
  });
}

async function ask(service: string, sql: string): Promise<unknown> {
  const endpoint = await nodeOf(topology, service).directEndpoint();
  if (endpoint === undefined) throw new Error(`${service} does not run`);
  return withPostgres(postgresAddress(topology, endpoint), 10_000, async (client) => {
    const { rows } = await client.query<{ value: unknown }>(sql);
    return rows[0]?.value;
  });
}
