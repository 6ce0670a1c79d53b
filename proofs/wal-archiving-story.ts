import type { ScenarioContext, Story } from "../src/authoring/scenario.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { withArchiveSettings } from "../system/abtpro/archive-settings.ts";

export const documentedArchiving = "runbooks/as-documented.md#point-in-time-recovery-pitr";
export const correctedArchiving = "runbooks/backup.md#wal-archiving";
export const archivingOptions = {
  kind: "procedure",
  system: abtpro({ backups: true }),
  configured: withArchiveSettings,
} as const;

/** The procedure over a server that something was done to, and a look at its archive. */
export function archiving(
  spoil: (context: ScenarioContext) => Promise<void> = () => Promise.resolve(),
): Story {
  return async (context) => {
    await spoil(context);
    await context.workload.establishBaseline();
    await context.operator.follow();
    await context.observe.archiving({ withinMs: 12_000 });
    return {};
  };
}
