import { scenario } from "../src/authoring/scenario.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";

export const backupRestore = scenario(
  "backup-restore",
  {
    title: "The daily backup, made while traders trade, comes back whole in a test environment",
    kind: "restore",
    system: abtpro({ backups: true }),
    backup: {
      runbook: "runbooks/backup.md#daily-backup",
      asDocumented: "runbooks/as-documented.md#automated-daily-backups",
    },
    runbook: "runbooks/backup.md#restore-to-test-environment",
    asDocumented: "runbooks/as-documented.md#scenario-1-database-corruption",
    worstCase: { disaster: "nodes-lost", store: "database" },
    tags: ["postgres", "backup"],
  },
  async ({ workload, operator, observe }) => {
    await workload.establishBaseline();
    await operator.backUp();
    await operator.follow();
    await observe.restored({ postgres: "postgres-test" });
    return {};
  },
);
