import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { abtpro } from "../../system/abtpro/abtpro.ts";
import { connectEngine } from "../engine/engine.ts";
import { endpointOf, nodeOf, postgresAddress, redisAddress } from "../probe/node-address.ts";
import { withPostgres } from "../probe/postgres-session.ts";
import { withRedis } from "../probe/redis-session.ts";
import { RunClock } from "../timeline/clock.ts";
import { startTopology } from "../topology/start-topology.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import { collectIntegrity } from "./collect-integrity.ts";
import { compareIntegrity } from "./compare-integrity.ts";

let topology: StartedTopology;

beforeAll(async () => {
  topology = await startTopology(abtpro({ baseRows: 50, baseKeys: 50 }), {
    runId: `c${randomUUID().replaceAll("-", "").slice(0, 7)}`,
    clock: new RunClock(),
    engine: await connectEngine(),
  });
});

afterAll(async () => {
  await topology[Symbol.asyncDispose]();
});

const collect = (service: string) => collectIntegrity(topology, nodeOf(topology, service), { quiet: true });
const kill = (service: string) =>
  topology.docker.getContainer(nodeOf(topology, service).containerName).kill();

test("a PostgreSQL replica that was promoted is in all that is checked what its primary was", async () => {
  const before = await collect("postgres");
  await kill("postgres");
  const promoted = postgresAddress(topology, await endpointOf(nodeOf(topology, "postgres-replica")));
  await withPostgres(promoted, 30_000, (client) => client.query("select pg_promote()"));
  expect(compareIntegrity(before, await collect("postgres-replica"))).toEqual([]);
});

test("a Redis replica that was promoted is in all that is checked what its primary was", async () => {
  const before = await collect("redis");
  await kill("redis");
  const promoted = redisAddress(topology, await endpointOf(nodeOf(topology, "redis-replica")));
  await withRedis(promoted, 10_000, (redis) => redis.replicaof("NO", "ONE"));
  expect(compareIntegrity(before, await collect("redis-replica"))).toEqual([]);
});

test("a node that does not run can't be collected, and that is said", async () => {
  await expect(collect("postgres")).rejects.toThrow("its container does not run");
});
