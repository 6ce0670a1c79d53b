import { scenario } from "../src/authoring/scenario.ts";
import { killNode } from "../src/fault/kill-node.ts";
import { restartNode } from "../src/fault/restart-node.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";

export const postgresReplicationSetup = scenario(
  "postgres-replication-setup",
  {
    title:
      "A fresh pair of PostgreSQL servers, set up by the procedure, replicates, still does after a restart, and survives the loss of the primary",
    system: abtpro({ unreplicated: ["postgres"] }),
    preparation: {
      runbook: "runbooks/replication-setup.md#postgresql-streaming-replication",
      asDocumented: "runbooks/as-documented.md#replication-setup",
    },
    runbook: "runbooks/database-failover.md#manual-failover",
    asDocumented: "runbooks/as-documented.md#manual-failover",
    documentedDelays: ["DatabaseConnectionFailed"],
    tags: ["postgres", "replication"],
  },
  async ({ workload, faults, operator, observe }) => {
    await operator.prepare();
    await observe.replication();
    await workload.establishBaseline();
    const restart = await faults.inject(restartNode("postgres-replica"));
    await observe.replication();
    await restart.lift();
    const outage = await faults.inject(killNode("postgres"));
    await operator.follow();
    await observe.recovery();
    return { faultTime: outage };
  },
);
