import { afterAll, beforeAll, expect, test } from "vitest";
import { abtpro } from "../../system/abtpro/abtpro.ts";
import { connectEngine } from "../engine/engine.ts";
import { HarnessError } from "../harness-error.ts";
import { RunClock } from "../timeline/clock.ts";
import { startTopology } from "../topology/start-topology.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import { waitUntil } from "../topology/wait-until.ts";
import { alterEveryRow } from "./alter-every-row.ts";
import { damagePage } from "./damage-page.ts";
import { onPostgres } from "./damaged-server.ts";
import type { Fault } from "./fault.ts";
import { killNode } from "./kill-node.ts";
import { loseTable } from "./lose-table.ts";

const { signal } = new AbortController();
const users = 'public."user"';
const trades = { service: "postgres", table: "public.tradelog" };
const lasting = { undoneBy: "recovery" } as const;
let topology: StartedTopology;

beforeAll(async () => {
  topology = await startTopology(abtpro({ baseRows: 500, baseKeys: 10 }), {
    runId: `d${Math.random().toString(36).slice(2, 9).padEnd(7, "0")}`,
    clock: new RunClock(),
    engine: await connectEngine(),
  });
  await ask("postgres", "create table public.empty (note text)");
});
afterAll(() => topology[Symbol.asyncDispose]());

test("a flipped page can't be read, its replica's can, and neither lifting nor a write of the server makes it whole", async () => {
  await ask("postgres", `update ${users} set preferences = '{"a": 1}' where id < 50`);
  const flipping = damagePage({ service: "postgres", table: users, page: 0 }, lasting);
  await using fault = await flipping.inject(topology);
  expect(await fault.observe()).toMatchObject({
    inForce: true,
    detail: expect.stringMatching(
      /^postgres says: invalid page in block 0 of relation .*; before: postgres reads page 0 of public\."user"$/,
    ) as string,
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

test("a page is no longer damaged once its table is another, whatever the server has counted", async () => {
  await ask("postgres", "create table public.recovered as select generate_series(1, 9) as n");
  const flipping = damagePage({ service: "postgres", table: "public.recovered", page: 0 }, lasting);
  await using fault = await flipping.inject(topology);
  expect(await fault.observe()).toMatchObject({ inForce: true });
  await ask("postgres", "drop table public.recovered");
  await ask("postgres", "create table public.recovered as select 1 as n");
  expect(await fault.observe()).toMatchObject({ inForce: false });
  await ask("postgres", "drop table public.recovered");
});

test("every row is altered while others are written, and so it is on the replica", async () => {
  await using fault = await alterEveryRow(trades, { column: "payload", to: "x" }).inject(topology);
  expect(await fault.observe()).toMatchObject({
    inForce: true,
    detail:
      "500 rows of public.tradelog on postgres have the payload x; before: 0 rows of public.tradelog on postgres have the payload x",
  });
  await replicated("select count(*)::int as value from public.tradelog where payload = 'x'", 500);
  await fault.lift();
  expect(await fault.observe()).toMatchObject({ inForce: true });
  await ask("postgres", "update public.tradelog set payload = 'y'");
  await ask("postgres", "delete from public.tradelog where client_id = -500");
  expect(await fault.observe()).toMatchObject({ inForce: false });
});

test("a lost table is gone, and so it is on the replica, and lifting does not bring it back", async () => {
  const losing = loseTable("postgres", "public.tradelog", lasting);
  expect(losing).toMatchObject({
    damage: true,
    blastRadius: expect.stringMatching(/only a recovery undoes it$/) as string,
  });
  await using fault = await losing.inject(topology);
  expect(await fault.observe()).toMatchObject({
    inForce: true,
    detail: expect.stringMatching(/^there is no such table; before: the table is there/) as string,
  });
  await replicated("select (to_regclass('public.tradelog') is null)::int as value", 1);
  await fault.lift();
  expect(await fault.observe()).toMatchObject({ inForce: true });
});

test("damage on a server that does not run can't be read, and is in force again when the server runs", async () => {
  await ask("postgres", "create table public.notes as select 'a' as note");
  const altering = alterEveryRow({ service: "postgres", table: "public.notes" }, { column: "note", to: "x" });
  await using fault = await altering.inject(topology);
  const killed = await killNode("postgres").inject(topology);
  expect(await fault.observe()).toMatchObject({
    inForce: false,
    unread: true,
    detail: expect.stringMatching(/^postgres could not be asked/) as string,
  });
  await killed.lift();
  await waitUntil({ what: "the damage to show again", deadlineMs: 20_000, signal }, async () => {
    const { inForce, detail } = await fault.observe();
    return inForce ? undefined : detail;
  });
});

test.each<[string, Fault, string]>([
  ["a node that there is not", loseTable("nothing", users), "Expected a node named nothing"],
  ["a node of another store", loseTable("redis", users), "name one of postgres, postgres-replica"],
  ["a table that there is not", loseTable("postgres", "public.none"), "no matching tables"],
  [
    "a replica",
    alterEveryRow({ service: "postgres-replica", table: users }, { column: "preferences", to: "{}" }),
    "read-only transaction",
  ],
  ["a page that there is not", damagePage({ service: "postgres", table: users, page: 99 }), "no page 99"],
  [
    "an empty table",
    alterEveryRow({ service: "postgres", table: "public.empty" }, { column: "note", to: "x" }),
    "found none",
  ],
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

function ask(service: string, sql: string): Promise<unknown> {
  return onPostgres(topology, service, async (client) => {
    const { rows } = await client.query<{ value: unknown }>(sql);
    return rows[0]?.value;
  });
}
