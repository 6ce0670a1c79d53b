import { scenario } from "../src/authoring/scenario.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";

export const restoreConfiguration = scenario(
  "restore-configuration",
  {
    title: "The platform starts from a backup in a test environment, and opens the users' API keys",
    kind: "restore",
    system: abtpro({ backups: true }),
    backup: {
      runbook: "runbooks/backup.md#daily-backup",
      asDocumented: "runbooks/as-documented.md#automated-daily-backups",
    },
    precededBy: ["runbooks/backup.md#restore-to-test-environment", "runbooks/backup.md#restore-redis"],
    runbook: "runbooks/backup.md#restore-configuration",
    asDocumented: "runbooks/as-documented.md#scenario-1-database-corruption",
    worstCase: { disaster: "configuration-lost", store: "configuration" },
    tags: ["postgres", "redis", "configuration", "backup"],
  },
  async ({ workload, operator, observe }) => {
    await workload.establishBaseline();
    await operator.backUp();
    await operator.follow();
    await observe.restored({ postgres: "postgres-test", redis: "redis-test" });
    await observe.restoredApplication("backend-test");
    return {};
  },
);
