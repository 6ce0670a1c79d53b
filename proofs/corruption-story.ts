import { setTimeout as pause } from "node:timers/promises";
import type { ScenarioContext, Story } from "../src/authoring/scenario.ts";
import { alterEveryRow } from "../src/fault/alter-every-row.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";

export const corruption = "runbooks/database-corruption.md#scenario-1-database-corruption";

export const corruptionOptions = {
  system: abtpro({ backups: true }),
  backup: { runbook: "runbooks/backup.md#base-backup" },
  runbook: corruption,
  redundancy: true,
  aftershock: false,
};

export const trades = { service: "postgres", table: "public.tradelog" };

const wrongUpdate = alterEveryRow(trades, { column: "payload", to: "corrected" });

/** The wrong UPDATE, and an operator who was told some instant. */
export function wrongUpdateThen(
  instant: (context: ScenarioContext, before: string) => Promise<string> = (_context, before) =>
    Promise.resolve(before),
): Story {
  return async (context) => {
    const { workload, faults, operator, observe } = context;
    await workload.establishBaseline();
    await operator.backUp();
    // There has to be something between the backup and an instant that is too early.
    await pause(5_000);
    const before = await observe.serverSecond();
    const damage = await faults.inject(wrongUpdate);
    await operator.tell("/backups/recovery-target", await instant(context, before));
    await operator.follow();
    await observe.recovery();
    return { faultTime: damage };
  };
}
