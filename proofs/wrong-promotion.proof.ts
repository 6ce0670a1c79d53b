import { proof } from "../src/authoring/proof.ts";
import { killNode } from "../src/fault/kill-node.ts";
import { partition } from "../src/fault/partition.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { failover } from "./failover-story.ts";
import { redisOn, revive } from "./planting.ts";
import { all, databaseRunbook, redisRunbook, replacing } from "./runbook-edits.ts";

const system = abtpro();

export const emptyReplica = proof(
  "An empty replica that is promoted has lost the data that was there before the run",
  {
    system,
    // The check of the corrected procedure would refuse it; here it is followed without.
    runbook: {
      reference: redisRunbook,
      edit: replacing('"onFailure":"stop","timeout":"20s"}\n# 1. Check', '"timeout":"20s"}\n# 1. Check'),
    },
    aftershock: false,
    expect: { verdict: "missed", codes: ["base-data-lost", "rpo-exceeded"] },
  },
  async ({ workload, faults, operator, observe, topology }) => {
    await workload.establishBaseline();
    await faults.inject(partition({ from: "redis-replica", to: "redis" }));
    await redisOn(topology, "redis-replica", "CONFIG", "SET", "replica-read-only", "no");
    await redisOn(topology, "redis-replica", "FLUSHALL");
    const outage = await faults.inject(killNode("redis"));
    await operator.follow();
    await observe.recovery();
    return { faultTime: outage };
  },
);

export const noPromotion = proof(
  "A promotion step that promotes nothing has no effect, and service does not return",
  {
    system,
    runbook: {
      reference: databaseRunbook,
      edit: all(
        replacing("pg_ctl promote -w", "pg_ctl status"),
        replacing('"onFailure":"stop","timeout":"60s"', '"timeout":"60s"'),
        replacing('"timeout":"60s"}\n# 4.', '"timeout":"10s"}\n# 4.'),
      ),
    },
    aftershock: false,
    expect: { verdict: "missed", codes: ["step-no-effect", "not-recovered"], messages: [/postgres-replica/] },
  },
  failover(killNode("postgres"), { withinMs: 15_000 }),
);

export const failedFence = proof(
  "A promotion after a fence that failed is found, and so are the writes that the old primary goes on acknowledging",
  {
    system,
    runbook: {
      reference: databaseRunbook,
      edit: all(
        replacing("docker-compose stop -t 1 postgres\n", "docker-compose stop -t 1 postgres-primary\n"),
        replacing('"effect":"node:stopped","onFailure":"stop"', '"effect":"node:stopped"'),
      ),
    },
    aftershock: false,
    expect: {
      verdict: "missed",
      codes: ["promoted-after-failed-fence", "two-writable-primaries", "step-failed", "divergent-write"],
    },
  },
  // Clients reach the old primary until they are told of the new one.
  failover(partition({ from: "postgres-replica", to: "postgres" })),
);

export const revivedPrimary = proof(
  "A dead primary that is started again beside the new one is a second writable primary",
  {
    system,
    runbook: databaseRunbook,
    short: true,
    aftershock: false,
    expect: {
      verdict: "missed",
      codes: ["two-writable-primaries"],
      without: ["step-failed", "step-no-effect", "not-recovered"],
    },
  },
  async ({ workload, faults, operator, observe, topology }) => {
    await workload.establishBaseline();
    const outage = await faults.inject(killNode("postgres"));
    await operator.follow();
    await revive(topology, "postgres");
    await observe.recovery();
    return { faultTime: outage };
  },
);

export const forgottenPromotion = proof(
  "A promotion that the next restart undoes is not durable",
  {
    system,
    runbook: { reference: redisRunbook, edit: replacing(" && redis-cli -e CONFIG REWRITE", "") },
    expect: { verdict: "missed", codes: ["not-durable"], without: ["not-recovered", "rto-exceeded"] },
  },
  failover(killNode("redis")),
);
