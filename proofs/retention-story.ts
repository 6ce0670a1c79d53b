import type { Story } from "../src/authoring/scenario.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { correctedJob, earlierBackups, type Age } from "../system/abtpro/earlier-backups.ts";

export const deletion = "runbooks/backup.md#delete-old-backups";
export const retentionOptions = { kind: "procedure", system: abtpro({ backups: true }) } as const;

export const old: Age = { days: 31, good: true };

/** Backups of these ages, the procedure, and a look at what it kept. */
export function keeping(...ages: readonly Age[]): Story {
  return async ({ workload, operator, observe }) => {
    await workload.establishBaseline();
    await operator.inherit(earlierBackups(correctedJob, ages));
    await operator.follow();
    await observe.kept();
    return {};
  };
}
