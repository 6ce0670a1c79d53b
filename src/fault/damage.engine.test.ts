import { afterAll, beforeAll, expect, test } from "vitest";
import { abtpro } from "../../system/abtpro/abtpro.ts";
import { connectEngine } from "../engine/engine.ts";
import { collectIntegrity } from "../integrity/collect-integrity.ts";
import { compareIntegrity } from "../integrity/compare-integrity.ts";
import type { IntegritySnapshot } from "../integrity/integrity-snapshot.ts";
import { nodeOf } from "../probe/node-address.ts";
import { RunClock } from "../timeline/clock.ts";
import { startTopology } from "../topology/start-topology.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import { alterKey } from "./alter-key.ts";
import { alterRows } from "./alter-rows.ts";
import { damagePage } from "./damage-page.ts";
import { onPostgres, onRedis, readText } from "./damaged-server.ts";
import { failSnapshot } from "./fail-snapshot.ts";
import type { Fault } from "./fault.ts";
import { loseConstraint } from "./lose-constraint.ts";
import { loseGrant } from "./lose-grant.ts";
import { loseIndexEntry } from "./lose-index-entry.ts";
import { loseKeys } from "./lose-keys.ts";
import { loseRows } from "./lose-rows.ts";
import { loseTable } from "./lose-table.ts";
import { pauseReplay } from "./pause-replay.ts";
import { repeatRows } from "./repeat-rows.ts";
import { rewindSequence } from "./rewind-sequence.ts";
import { stopAppendOnly } from "./stop-append-only.ts";

const trades = { service: "postgres", table: "public.tradelog" };
const users = { service: "postgres", table: "public.user" };
let topology: StartedTopology;
let intact: readonly IntegritySnapshot[];

beforeAll(async () => {
  topology = await startTopology(abtpro({ baseRows: 500, baseKeys: 50 }), {
    runId: `f${Math.random().toString(36).slice(2, 9).padEnd(7, "0")}`,
    clock: new RunClock(),
    engine: await connectEngine(),
  });
  intact = await snapshots();
});
afterAll(() => topology[Symbol.asyncDispose]());

// Nothing writes here, so that the snapshots that runs are judged by tell every change: a second opinion beside the fault's own reading.
test.each<[damage: Fault, differs: RegExp]>([
  [loseRows({ ...trades, where: "client_id BETWEEN -120 AND -101" }), /table public\.tradelog.* is 480 rows/],
  [
    alterRows({ ...trades, where: "client_id = -200" }, { column: "payload", to: "x" }),
    /table public\.tradelog.* is 500 rows/,
  ],
  [repeatRows({ ...trades, where: "client_id = -300" }), /table public\.tradelog.* is 501 rows/],
  [loseTable("postgres", "public.user"), /tradelog_user_id_fkey is gone/],
  [loseConstraint({ ...trades, constraint: "tradelog_user_id_fkey" }), /tradelog_user_id_fkey is gone/],
  [rewindSequence({ ...users, column: "id" }), /sequences-behind: public\.user_id_seq/],
  [damagePage({ ...trades, page: 0 }), /base-data could not be checked after: .*invalid page in block 0/],
  [loseGrant({ ...users, privilege: "INSERT", role: "abtuser" }), /grants: relation public\."user"/],
  [loseKeys({ service: "redis", keys: ["quote:base:-7", "quote:base:-8"] }), /base data should be 50 keys/],
  [alterKey("redis", "quote:base:-9", "x"), /base data should be 50 keys, .* is 50 keys/],
  [stopAppendOnly("redis"), /settings: appendonly should be yes, and is no/],
])("$name is there until it is lifted, and then all is as it was", async (damage, differs) => {
  const injected = await damage.inject(topology);
  expect(await injected.observe()).toMatchObject({ inForce: true });
  expect((await differences()).join("\n")).toMatch(differs);
  await injected.lift();
  await injected.lift();
  expect(await injected.observe()).toMatchObject({ inForce: false });
  expect(await differences()).toEqual([]);
});

test("an index without entries does not find rows that the table has, and finds them once lifted", async () => {
  const index = "public.tradelog_run_client_id";
  const byIndex = (): Promise<number> =>
    onPostgres(topology, "postgres", async (client) => {
      await client.query("set enable_seqscan = off");
      const { rows } = await client.query(
        "select from public.tradelog where run = 'base' and client_id = -400",
      );
      return rows.length;
    });
  const where = "run = 'base' AND client_id = -400";
  const injected = await loseIndexEntry({ ...trades, index, where }).inject(topology);
  expect(await byIndex()).toBe(0);
  expect(await injected.observe()).toMatchObject({
    inForce: true,
    detail: "0 rows by an index, 1 in the table; before: 1 rows by an index, 1 in the table",
  });
  await injected.lift();
  expect(await byIndex()).toBe(1);
  expect(await differences()).toEqual([]);
});

test("a replica that does not replay receives what it does not show, and catches up once lifted", async () => {
  const injected = await pauseReplay("postgres-replica").inject(topology);
  await onPostgres(topology, "postgres", (client) => client.query("create table public.later (id int)"));
  const seen = "select coalesce(to_regclass('public.later')::text, 'not yet') as text";
  expect(await readText(topology, "postgres-replica", seen)).toBe("not yet");
  expect(await injected.observe()).toMatchObject({ inForce: true });
  await injected.lift();
  expect(await readText(topology, "postgres-replica", seen)).toBe("later");
  expect(await injected.observe()).toMatchObject({ inForce: false });
  await onPostgres(topology, "postgres", (client) => client.query("drop table public.later"));
});

test("a server whose snapshot failed refuses writes, and takes them once lifted", async () => {
  const write = (): Promise<unknown> => onRedis(topology, "redis", (redis) => redis.set("later", "1"));
  const injected = await failSnapshot("redis").inject(topology);
  expect(await injected.observe()).toMatchObject({ inForce: true });
  await expect(write()).rejects.toThrow(/^MISCONF/);
  await injected.lift();
  await write();
  await onRedis(topology, "redis", (redis) => redis.del("later"));
  expect(await injected.observe()).toMatchObject({ inForce: false });
});

test("what is not there can't be damaged, and the error says so", async () => {
  await expect(loseRows({ ...trades, where: "client_id = 7" }).inject(topology)).rejects.toThrow(
    "Expected rows of public.tradelog where client_id = 7 to damage, found none; name rows that are there.",
  );
  await expect(loseKeys({ service: "redis", keys: ["nobody"] }).inject(topology)).rejects.toThrow(
    /some are not there/,
  );
  expect(await differences()).toEqual([]);
});

/** Of Redis what was there before: the application keeps a key of its own in it. */
function snapshots(): Promise<readonly IntegritySnapshot[]> {
  return Promise.all([
    collectIntegrity(topology, nodeOf(topology, "postgres"), { quiet: true }),
    collectIntegrity(topology, nodeOf(topology, "redis")),
  ]);
}

async function differences(): Promise<string[]> {
  const now = await snapshots();
  return intact.flatMap((before, position) => {
    const after = now[position];
    return after === undefined ? [] : compareIntegrity(before, after).map(({ message }) => message);
  });
}
