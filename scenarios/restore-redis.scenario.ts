import { scenario } from "../src/authoring/scenario.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";

export const restoreRedis = scenario(
  "restore-redis",
  {
    title: "A copy of Redis, made while traders trade, comes back whole in a test environment",
    kind: "restore",
    system: abtpro({ backups: true }),
    backup: {
      runbook: "runbooks/backup.md#redis-backup",
      asDocumented: "runbooks/as-documented.md#automated-daily-backups",
    },
    runbook: "runbooks/backup.md#restore-redis",
    asDocumented: "runbooks/as-documented.md#scenario-1-database-corruption",
    worstCase: { disaster: "nodes-lost", store: "redis" },
    tags: ["redis", "backup"],
  },
  async ({ workload, operator, observe }) => {
    await workload.establishBaseline();
    await operator.backUp();
    await operator.follow();
    await observe.restored({ redis: "redis-test" });
    return {};
  },
);
