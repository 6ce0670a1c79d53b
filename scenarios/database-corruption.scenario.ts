import { scenario } from "../src/authoring/scenario.ts";
import { alterEveryRow } from "../src/fault/alter-every-row.ts";
import { loseTable } from "../src/fault/lose-table.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";

const trades = "public.tradelog";

export const databaseCorruption = scenario(
  "database-corruption",
  {
    title: "The trades are overwritten, then dropped, on both servers: they come back as they were before",
    system: abtpro({ backups: true }),
    backup: {
      runbook: "runbooks/backup.md#base-backup",
      asDocumented: "runbooks/as-documented.md#automated-daily-backups",
    },
    runbook: "runbooks/database-corruption.md#scenario-1-database-corruption",
    asDocumented: "runbooks/as-documented.md#scenario-1-database-corruption",
    documentedDelays: ["HighErrorRate"],
    worstCase: { disaster: "logical-damage", store: "database" },
    redundancy: true,
    tags: ["postgres", "backup", "corruption"],
  },
  async ({ workload, faults, operator, observe }) => {
    await workload.establishBaseline();
    await operator.backUp();
    const before = await observe.serverSecond();
    const damage = await faults.inject(
      alterEveryRow({ service: "postgres", table: trades }, { column: "payload", to: "corrected" }),
    );
    await faults.inject(loseTable("postgres", trades, { undoneBy: "recovery" }));
    await operator.tell("/backups/recovery-target", before);
    await operator.follow();
    await observe.recovery();
    return { faultTime: damage };
  },
);
