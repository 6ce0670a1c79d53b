import type { ScenarioContext, Story } from "../src/authoring/scenario.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { withArchiveSettings } from "../system/abtpro/archive-settings.ts";
import { earlierBaseBackups } from "../system/abtpro/earlier-backups.ts";

export const expiration = "runbooks/backup.md#delete-old-base-backups-and-wal";
export const walRetentionOptions = {
  kind: "procedure",
  system: abtpro({ backups: true, settableClock: true }),
  configured: withArchiveSettings,
} as const;

export const around = [{ days: 9 }, { days: 7, hours: 1 }, { days: 6 }];

/** Base backups of these ages, the procedure, and a look at what it kept. */
export function keepingWal(
  ages: Parameters<typeof earlierBaseBackups>[0],
  spoil: (context: ScenarioContext) => Promise<void> = () => Promise.resolve(),
): Story {
  return async (context) => {
    const { workload, operator, observe } = context;
    await spoil(context);
    await operator.inheritBaseBackups(earlierBaseBackups(ages));
    await workload.establishBaseline();
    await operator.follow();
    await observe.kept();
    return {};
  };
}
