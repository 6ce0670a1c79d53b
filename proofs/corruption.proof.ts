import { setTimeout as pause } from "node:timers/promises";
import { proof } from "../src/authoring/proof.ts";
import type { ScenarioContext, Story } from "../src/authoring/scenario.ts";
import { flipPage } from "../src/fault/flip-page.ts";
import { overwriteRows } from "../src/fault/overwrite-rows.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { all, replacing } from "./runbook-edits.ts";

const corruption = "runbooks/database-corruption.md#scenario-1-database-corruption";
const options = {
  system: abtpro({ backups: true }),
  backup: { runbook: "runbooks/backup.md#base-backup" },
  runbook: corruption,
  redundancy: true,
  aftershock: false,
};

const wrongUpdate = overwriteRows("postgres", {
  table: "public.tradelog",
  column: "payload",
  value: "corrected",
});

/** The wrong UPDATE, and an operator who was told some instant. */
function wrongUpdateThen(
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

export const recoveredDamage = proof(
  "A recovery to an instant after the damage brings the damage back, and is caught although service works",
  {
    ...options,
    expect: {
      verdict: "missed",
      codes: ["damage-left", "changed-payload", "integrity-difference"],
      without: ["not-recovered", "step-failed", "recovery-stopped-early", "redundancy-lost"],
    },
  },
  wrongUpdateThen(({ observe }) => observe.serverSecond()),
);

export const stoppedEarly = proof(
  "A recovery that stops three seconds before its instant has lost what the archive had, whatever the RPO allows",
  {
    ...options,
    runbook: {
      reference: corruption,
      edit: replacing(
        "export target=$(cat /backups/recovery-target) &&",
        `export target=$(date -u -d "@$(($(date -d "$(cat /backups/recovery-target)" +%s) - 3))" "+%F %T+00") &&`,
      ),
    },
    expect: {
      verdict: "missed",
      codes: ["recovery-stopped-early"],
      without: ["rpo-exceeded", "damage-left", "changed-payload", "redundancy-lost"],
    },
  },
  wrongUpdateThen(),
);

export const leftReplica = proof(
  "A replica that is left on the old timeline is noticed",
  {
    ...options,
    runbook: {
      reference: corruption,
      edit: replacing(
        `docker-compose stop -t 30 postgres-replica &&
  docker-compose run --rm -T --no-deps postgres-replica find /var/lib/postgresql/data -mindepth 1 -delete < /dev/null &&
  docker-compose start postgres-replica
state=;`,
        `state=left;`,
      ),
    },
    expect: {
      verdict: "missed",
      codes: ["redundancy-lost", "step-failed"],
      without: ["not-recovered", "recovery-stopped-early", "damage-left"],
      messages: [/Expected postgres-replica to stream .* found that it does not stream/],
    },
  },
  wrongUpdateThen(),
);

export const replicaOfARecovery = proof(
  "A replica that is copied with the settings of the recovery does not start, and is noticed",
  {
    ...options,
    runbook: {
      reference: corruption,
      edit: all(
        replacing(`-c "ALTER SYSTEM RESET recovery_target_time" `, ""),
        replacing(`-c "ALTER SYSTEM RESET recovery_target_action" `, ""),
      ),
    },
    expect: {
      verdict: "missed",
      codes: ["redundancy-lost", "step-failed"],
      without: ["not-recovered", "recovery-stopped-early", "damage-left"],
      messages: [/Expected postgres-replica to stream .* found that its container does not run/],
    },
  },
  wrongUpdateThen(),
);

export const coldPage = proof(
  "A damaged page that no client reads is still there after a restart, and that is no recovery",
  {
    ...options,
    runbook: "runbooks/as-documented.md#scenario-1-database-corruption",
    expect: {
      verdict: "missed",
      codes: ["damage-left"],
      without: ["not-recovered", "healed-by-itself"],
      messages: [/invalid page in block 0/],
    },
  },
  async ({ workload, faults, operator, observe }) => {
    await workload.establishBaseline();
    const damage = await faults.inject(flipPage("postgres", { table: "public.tradelog" }));
    await operator.follow();
    await observe.recovery();
    return { faultTime: damage };
  },
);
