import { scenario } from "../src/authoring/scenario.ts";
import { killNode } from "../src/fault/kill-node.ts";
import { restartNode } from "../src/fault/restart-node.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";

export const redisReplicationSetup = scenario(
  "redis-replication-setup",
  {
    title:
      "A fresh pair of Redis servers, set up by the procedure, replicates, still does after a restart, and survives the loss of the primary",
    system: abtpro({ unreplicated: ["redis"] }),
    preparation: {
      runbook: "runbooks/replication-setup.md#redis-replication",
      asDocumented: "runbooks/as-documented.md#replication-setup",
    },
    runbook: "runbooks/redis-failover.md#redis-failover",
    asDocumented: "runbooks/as-documented.md#redis-failover",
    documentedDelays: ["HighErrorRate"],
    tags: ["redis", "replication"],
  },
  async ({ workload, faults, operator, observe }) => {
    await operator.prepare();
    await observe.replication();
    await workload.establishBaseline();
    const restart = await faults.inject(restartNode("redis-replica"));
    await observe.replication();
    await restart.lift();
    const outage = await faults.inject(killNode("redis"));
    await operator.follow();
    await observe.recovery();
    return { faultTime: outage };
  },
);
