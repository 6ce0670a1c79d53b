import { proof, type ProofOptions } from "../src/authoring/proof.ts";
import type { Story } from "../src/authoring/scenario.ts";
import { killNode } from "../src/fault/kill-node.ts";
import { partition } from "../src/fault/partition.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { redisOn, sqlOn } from "./planting.ts";
import { databaseRunbook } from "./runbook-edits.ts";

/** A system that did not work before the fault: whatever happens afterwards proves nothing. */
function noBaseline(message: RegExp): Pick<ProofOptions, "runbook" | "expect"> {
  return {
    runbook: databaseRunbook,
    expect: { verdict: "inconclusive", codes: ["baseline-not-established"], messages: [message] },
  };
}

/** Damages the system, then tries to go on as if nothing were wrong. */
function damagedBefore(plant: Parameters<typeof proof>[2]): Story {
  return async (context) => {
    await plant(context);
    await context.workload.establishBaseline();
    const outage = await context.faults.inject(killNode("postgres"));
    await context.operator.follow();
    await context.observe.recovery();
    return { faultTime: outage };
  };
}

const withOldVersion = abtpro();

export const wrongVersion = proof(
  "A node of another major version than expected is no baseline",
  {
    ...noBaseline(/wrong-version/),
    system: {
      ...withOldVersion,
      nodes: withOldVersion.nodes.map((node) =>
        node.service === "postgres-replica" ? { ...node, majorVersion: 16 } : node,
      ),
    },
  },
  damagedBefore(() => Promise.resolve({})),
);

export const replicaNotStreaming = proof(
  "A replica that does not stream is no baseline",
  { ...noBaseline(/replication-not-streaming/), system: abtpro(), short: true },
  damagedBefore(async ({ faults, topology }) => {
    await faults.inject(partition({ from: "postgres-replica", to: "postgres" }));
    // The receiver does not notice a blackhole for a minute; ending it lets it try, in vain, to come back.
    await sqlOn(topology, "postgres-replica", "select pg_terminate_backend(pid) from pg_stat_wal_receiver");
    return {};
  }),
);

export const replicaOfAnotherCluster = proof(
  "A replica that follows another primary is no baseline",
  { ...noBaseline(/replica-of-another-cluster|wrong-role/), system: abtpro() },
  damagedBefore(async ({ topology }) => {
    // Detached and attached again, the primary begins a history that its replica does not know.
    await redisOn(topology, "redis-replica", "REPLICAOF", "NO", "ONE");
    return {};
  }),
);

export const replicaNeverSynced = proof(
  "A Redis replica that never finished a synchronisation is no baseline",
  { ...noBaseline(/replica-never-synced|replication-not-streaming/), system: abtpro() },
  damagedBefore(async ({ faults, topology }) => {
    await faults.inject(partition({ from: "redis-replica", to: "redis" }));
    await redisOn(topology, "redis-replica", "REPLICAOF", "NO", "ONE");
    await redisOn(topology, "redis-replica", "FLUSHALL");
    await redisOn(topology, "redis-replica", "REPLICAOF", "redis", "6379");
    return {};
  }),
);
