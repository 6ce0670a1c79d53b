import { scenario } from "../src/authoring/scenario.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { withArchiveSettings } from "../system/abtpro/archive-settings.ts";
import { earlierBaseBackups } from "../system/abtpro/earlier-backups.ts";

export const walRetention = scenario(
  "wal-retention",
  {
    title: "Each second of the last seven days can be reached, and nothing is kept that none of them needs",
    kind: "procedure",
    system: abtpro({ backups: true, settableClock: true }),
    configured: withArchiveSettings,
    runbook: "runbooks/backup.md#delete-old-base-backups-and-wal",
    asDocumented: "runbooks/as-documented.md#point-in-time-recovery-pitr",
    tags: ["postgres", "backup"],
  },
  async ({ workload, operator, observe }) => {
    await operator.inheritBaseBackups(
      earlierBaseBackups([
        { days: 12 },
        { days: 8 },
        { days: 7, hours: 1 },
        { days: 7, hours: -1 },
        { days: 6 },
        { days: 1 },
      ]),
    );
    await workload.establishBaseline();
    await operator.follow();
    await observe.kept();
    return {};
  },
);
