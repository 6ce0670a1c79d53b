import { scenario } from "../src/authoring/scenario.ts";
import { killNode } from "../src/fault/kill-node.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";

export const redisFailover = scenario(
  "redis-failover",
  {
    title: "The primary Redis dies: the failover procedure restores service within the objectives",
    system: abtpro(),
    runbook: "runbooks/redis-failover.md#redis-failover",
    asDocumented: "runbooks/as-documented.md#redis-failover",
    documentedDelays: ["HighErrorRate"],
    tags: ["redis", "failover"],
  },
  async ({ workload, faults, operator, observe }) => {
    await workload.establishBaseline();
    const outage = await faults.inject(killNode("redis"));
    await operator.follow();
    await observe.recovery();
    return { faultTime: outage };
  },
);
