import { scenario } from "../src/authoring/scenario.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { withArchiveSettings } from "../system/abtpro/archive-settings.ts";

export const walArchiving = scenario(
  "wal-archiving",
  {
    title:
      "WAL that the primary finishes is in an archive that outlives it, and no other content replaces it",
    kind: "procedure",
    system: abtpro({ backups: true }),
    configured: withArchiveSettings,
    runbook: "runbooks/backup.md#wal-archiving",
    asDocumented: "runbooks/as-documented.md#point-in-time-recovery-pitr",
    tags: ["postgres", "backup"],
  },
  async ({ workload, operator, observe }) => {
    await workload.establishBaseline();
    await operator.follow();
    await observe.archiving();
    return {};
  },
);
