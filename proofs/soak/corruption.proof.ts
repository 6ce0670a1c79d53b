import { proof } from "../../src/authoring/proof.ts";
import { damagePage } from "../../src/fault/damage-page.ts";
import { corruption, corruptionOptions, trades, wrongUpdateThen } from "../corruption-story.ts";
import { all, replacing } from "../runbook-edits.ts";

export const stoppedEarly = proof(
  "A recovery that stops three seconds before its instant has lost what the archive had, whatever the RPO allows",
  {
    ...corruptionOptions,
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

export const replicaOfARecovery = proof(
  "A replica that is copied with the settings of the recovery does not start, and is noticed",
  {
    ...corruptionOptions,
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
    ...corruptionOptions,
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
    const damage = await faults.inject(damagePage({ ...trades, page: 0 }, { undoneBy: "recovery" }));
    await operator.follow();
    await observe.recovery();
    return { faultTime: damage };
  },
);
