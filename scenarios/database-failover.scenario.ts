import { scenario } from "../src/authoring/scenario.ts";
import { killNode } from "../src/fault/kill-node.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";

export const databaseFailover = scenario(
  "database-failover",
  {
    title: "The primary database dies: the failover procedure restores service within the objectives",
    system: abtpro(),
    runbook: "runbooks/database-failover.md#manual-failover",
    asDocumented: "runbooks/as-documented.md#manual-failover",
    documentedDelays: ["DatabaseConnectionFailed"],
    tags: ["postgres", "failover"],
  },
  async ({ workload, faults, operator, observe }) => {
    await workload.establishBaseline();
    const outage = await faults.inject(killNode("postgres"));
    await operator.follow();
    await observe.recovery();
    return { faultTime: outage };
  },
);
