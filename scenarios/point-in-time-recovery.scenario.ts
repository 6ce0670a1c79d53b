import { scenario } from "../src/authoring/scenario.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";

/** Instants in a row, one second apart, so that the promised granularity shows at its boundaries. */
const instants = 3;

export const pointInTimeRecovery = scenario(
  "point-in-time-recovery",
  {
    title: "The database comes back as it was at any second, from a base backup and the archived WAL",
    kind: "restore",
    system: abtpro({ backups: true }),
    backup: {
      runbook: "runbooks/backup.md#base-backup",
      asDocumented: "runbooks/as-documented.md#automated-daily-backups",
    },
    runbook: "runbooks/backup.md#point-in-time-recovery",
    asDocumented: "runbooks/as-documented.md#scenario-1-database-corruption",
    worstCase: { disaster: "logical-damage", store: "database" },
    tags: ["postgres", "backup"],
  },
  async ({ workload, operator, observe }) => {
    await workload.establishBaseline();
    await operator.backUp();
    const targets: string[] = [];
    while (targets.length < instants) targets.push(await observe.serverSecond());
    for (const target of targets) {
      await operator.tell("/backups/recovery-target", target);
      await operator.follow();
      await observe.restored({ postgres: "postgres-test" }, { target });
    }
    return {};
  },
);
