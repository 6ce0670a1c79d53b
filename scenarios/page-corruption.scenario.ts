import { scenario } from "../src/authoring/scenario.ts";
import { damagePage } from "../src/fault/damage-page.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";

export const pageCorruption = scenario(
  "page-corruption",
  {
    title:
      "A page of a table is damaged below the primary: it comes back from the backup, and no write is lost",
    system: abtpro({ backups: true }),
    backup: {
      runbook: "runbooks/backup.md#base-backup",
      asDocumented: "runbooks/as-documented.md#automated-daily-backups",
    },
    runbook: "runbooks/database-corruption.md#scenario-1-database-corruption",
    asDocumented: "runbooks/as-documented.md#scenario-1-database-corruption",
    documentedDelays: ["HighErrorRate"],
    redundancy: true,
    tags: ["postgres", "backup", "corruption"],
  },
  async ({ workload, faults, operator, observe }) => {
    await workload.establishBaseline();
    await operator.backUp();
    // Most traders stand on this page, and every trade reads its trader.
    const damage = await faults.inject(
      damagePage({ service: "postgres", table: 'public."user"', page: 0 }, { undoneBy: "recovery" }),
    );
    await operator.tell("/backups/recovery-target", "end");
    await operator.follow();
    await observe.recovery();
    return { faultTime: damage };
  },
);
