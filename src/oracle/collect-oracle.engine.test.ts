import { createHash, randomUUID } from "node:crypto";
import type { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { abtpro } from "../../system/abtpro/abtpro.ts";
import { connectEngine } from "../engine/engine.ts";
import { execInContainer } from "../engine/exec.ts";
import { resolveImage } from "../engine/images.ts";
import { runLabels } from "../engine/labels.ts";
import { endpointOf, nodeOf, postgresAddress, redisAddress } from "../probe/node-address.ts";
import { withPostgres } from "../probe/postgres-session.ts";
import { withRedis } from "../probe/redis-session.ts";
import { RunClock } from "../timeline/clock.ts";
import { startTopology } from "../topology/start-topology.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import { waitUntil } from "../topology/wait-until.ts";
import { collectOracle } from "./collect-oracle.ts";
import { parseLsn } from "./lsn.ts";
import { commitKey, type OracleEvidence } from "./oracle-evidence.ts";
import { noteRunStart, type RunStart } from "./run-start.ts";

// One story for both stores: ids 1-20 reach the replica, 21-27 are written behind a cut link, the primary is killed, the replica
// promoted, 31-40 are written to it, and 5 and 31 are deleted.
const replicated = range(1, 20);
const cutOff = range(21, 27);
const afterwards = range(31, 40);
const deleted = [5, 31];

interface Written {
  readonly timeline: number;
  readonly xid: string;
}

let topology: StartedTopology;
let start: RunStart;
let evidence: OracleEvidence;
const written = new Map<number, Written>();
let survivors: number[];

beforeAll(async () => {
  const runId = `o${randomUUID().replaceAll("-", "").slice(0, 7)}`;
  topology = await startTopology(abtpro({ baseRows: 50, baseKeys: 50 }), {
    runId,
    clock: new RunClock(),
    engine: await connectEngine(),
  });
  start = await noteRunStart(topology);
  await Promise.all([postgresStory(), redisStory()]);
  evidence = await collectOracle(topology, start);
});

afterAll(async () => {
  await topology[Symbol.asyncDispose]();
});

test("exactly the writes behind the cut link commit at or after the switch point", () => {
  const { switchLsn, parent } = timeline(2);
  expect(parent).toBe(1);
  const past = [...written].filter(([, write]) => {
    const lsn = evidence.postgres?.commits.get(commitKey(write.timeline, write.xid));
    return write.timeline === 1 && lsn !== undefined && parseLsn(lsn) >= parseLsn(switchLsn ?? "");
  });
  expect(past.map(([id]) => id)).toEqual(cutOff);
});

test("every acknowledged write has its commit record, on the timeline that acknowledged it", () => {
  const missing = [...written].filter(
    ([, write]) => evidence.postgres?.commits.has(commitKey(write.timeline, write.xid)) !== true,
  );
  expect(missing).toEqual([]);
  expect(evidence.postgres).toMatchObject({ contradictions: [], unread: [] });
});

test("a deleted row is told from a lost one: its commit is on the branch that survived", () => {
  const lost = [...written.keys()].filter((id) => !survivors.includes(id));
  expect(lost).toEqual([5, ...cutOff, 31]);
  const five = evidence.postgres?.commits.get(commitKey(1, written.get(5)?.xid ?? "")) ?? "";
  expect(parseLsn(five) < parseLsn(timeline(2).switchLsn ?? "")).toBe(true);
  expect(written.get(31)?.timeline).toBe(2);
});

test("transaction ids that repeat on the new timeline are told apart", () => {
  const xids = (ids: readonly number[]) => ids.map((id) => written.get(id)?.xid ?? "");
  const repeated = xids(afterwards).filter((xid) => xids(cutOff).includes(xid));
  expect(repeated.length).toBeGreaterThan(0);
  for (const xid of repeated) {
    const { commits } = evidence.postgres ?? { commits: new Map<string, string>() };
    expect(commits.get(commitKey(1, xid))).not.toBe(commits.get(commitKey(2, xid)));
  }
});

test("both timelines were read to their end", () => {
  expect(timeline(1).completeTo).not.toBeNull();
  expect(timeline(2).completeTo).not.toBeNull();
  expect(timeline(1).nodes.toSorted()).toEqual(["postgres", "postgres-replica"]);
});

test("the dead Redis primary's file proves the writes that its replica never got", () => {
  const dead = redisNode("redis");
  const promoted = redisNode("redis-replica");
  for (const id of cutOff) {
    expect(dead.appendOnly?.presentIds.has(id)).toBe(true);
    expect(promoted.appendOnly?.presentIds.has(id)).toBe(false);
  }
  expect(dead.history).toBeUndefined();
  expect(promoted.history?.secondReplOffset).toBeGreaterThan(0);
});

test("the promoted Redis server's file shows what it once had, though it was deleted", () => {
  const promoted = redisNode("redis-replica");
  for (const id of [...replicated, ...afterwards]) expect(promoted.appendOnly?.presentIds.has(id)).toBe(true);
  expect(promoted.appendOnly?.keys).toBe(replicated.length + afterwards.length - deleted.length);
});

test("a byte changed in the middle of the WAL makes it incomplete", async () => {
  const commit = evidence.postgres?.commits.get(commitKey(1, written.get(1)?.xid ?? "")) ?? "";
  await damage(parseLsn(commit) + 26n);
  const { postgres } = await collectOracle(topology, start);
  const first = postgres?.timelines.find((candidate) => candidate.timeline === 1);
  expect(first).toMatchObject({ completeFrom: null, completeTo: null });
  expect(first?.detail).toContain("postgres: damaged");
});

test("a volume that holds no database is named", async () => {
  await inVolume("rm -rf /node/* 2>/dev/null; ls -A /node");
  const { postgres } = await collectOracle(topology, start);
  expect(postgres?.unread).toMatchObject([expect.stringContaining("postgres: no PostgreSQL data directory")]);
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function timeline(number: number) {
  const found = evidence.postgres?.timelines.find((candidate) => candidate.timeline === number);
  if (found === undefined) throw new Error(`no timeline ${number}`);
  return found;
}

function redisNode(name: string) {
  const found = evidence.redis?.nodes.find(({ node }) => node === name);
  if (found === undefined) throw new Error(`no evidence of ${name}`);
  return found;
}

async function cut(replica: string): Promise<void> {
  const link = topology.links.find(({ from }) => from === replica);
  if (link === undefined) throw new Error(`no link from ${replica}`);
  await link.proxy.update({ enabled: false, listen: link.proxy.listen, upstream: link.proxy.upstream });
}

async function kill(service: string): Promise<void> {
  await topology.docker.getContainer(nodeOf(topology, service).containerName).kill({ signal: "KILL" });
}

function wait(what: string, check: () => Promise<boolean>): Promise<void> {
  const options = { what, deadlineMs: 20_000, signal: AbortSignal.timeout(30_000) };
  return waitUntil(options, async () => ((await check()) ? undefined : "not yet"));
}

async function postgresStory(): Promise<void> {
  const address = async (service: string) =>
    postgresAddress(topology, await endpointOf(nodeOf(topology, service)));
  const primary = await address("postgres");
  const replica = await address("postgres-replica");
  await withPostgres(primary, 30_000, async (client) => {
    await insert(client, replicated);
    const { rows } = await client.query<{ lsn: string }>("select pg_current_wal_lsn()::text as lsn");
    await withPostgres(replica, 30_000, (other) =>
      wait("the replica to have replayed it", async () => {
        const seen = await other.query<{ done: boolean }>("select pg_last_wal_replay_lsn() >= $1 as done", [
          rows[0]?.lsn,
        ]);
        return seen.rows[0]?.done === true;
      }),
    );
    await cut("postgres-replica");
    await insert(client, cutOff);
  });
  await kill("postgres");
  await withPostgres(replica, 30_000, async (client) => {
    await client.query("select pg_promote()");
    await insert(client, afterwards);
    await client.query("delete from public.tradelog where run = $1 and client_id = any($2)", [
      topology.runId,
      deleted,
    ]);
    const scan = topology.system.stores.postgres?.scan ?? "";
    const { rows } = await client.query<{ id: string }>(scan, [topology.runId]);
    survivors = rows.map(({ id }) => Number(id));
  });
}

async function insert(client: Client, ids: readonly number[]): Promise<void> {
  const sql = topology.system.stores.postgres?.insert ?? "";
  for (const id of ids) {
    const { rows } = await client.query<{ timeline: string; xid: string }>(sql, [
      topology.runId,
      id,
      1,
      `p${id}`,
    ]);
    written.set(id, { timeline: Number(rows[0]?.timeline), xid: rows[0]?.xid ?? "" });
  }
}

async function redisStory(): Promise<void> {
  const primary = redisAddress(topology, await endpointOf(nodeOf(topology, "redis")));
  const replica = redisAddress(topology, await endpointOf(nodeOf(topology, "redis-replica")));
  const write = async (address: typeof primary, ids: readonly number[]) => {
    await withRedis(address, 10_000, async (redis) => {
      for (const id of ids) {
        const md5 = createHash("md5").update(`p${id}`).digest("hex");
        await redis.set(`quote:${topology.runId}:${id}`, `p${id}`);
        await redis.rpush(`quotes:${topology.runId}:1`, `${id}:${md5}`);
      }
    });
  };
  await write(primary, replicated);
  await withRedis(replica, 10_000, (redis) =>
    wait(
      "the replica to have it",
      async () => (await redis.llen(`quotes:${topology.runId}:1`)) === replicated.length,
    ),
  );
  await cut("redis-replica");
  await write(primary, cutOff);
  await kill("redis");
  await withRedis(replica, 10_000, (redis) => redis.replicaof("NO", "ONE"));
  await write(replica, afterwards);
  await withRedis(replica, 10_000, (redis) =>
    redis.del(...deleted.map((id) => `quote:${topology.runId}:${id}`)),
  );
}

/** Runs a command with the dead primary's volume at `/node`. */
async function inVolume(command: string): Promise<void> {
  const { docker, runId } = topology;
  const container = await docker.createContainer({
    Image: await resolveImage(docker, "postgres:17"),
    Labels: runLabels(runId),
    Entrypoint: ["tail", "-f", "/dev/null"],
    HostConfig: {
      NetworkMode: "none",
      Init: true,
      Binds: [`${nodeOf(topology, "postgres").volumeName}:/node`],
    },
  });
  await container.start();
  const { exitStatus, stderr } = await execInContainer(docker, container.id, ["bash", "-c", command]);
  await container.remove({ force: true, v: true });
  if (exitStatus !== 0) throw new Error(stderr);
}

async function damage(lsn: bigint): Promise<void> {
  const segment = lsn / 0x1000000n;
  const file = `00000001${"0".repeat(8)}${segment.toString(16).toUpperCase().padStart(8, "0")}`;
  const path = `$(find /node -name ${file} | head -n 1)`;
  await inVolume(
    String.raw`printf '\377' | dd of="${path}" bs=1 seek=${lsn % 0x1000000n} conv=notrunc status=none`,
  );
}
