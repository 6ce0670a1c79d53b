import { proof } from "../../src/authoring/proof.ts";
import { abtpro } from "../../system/abtpro/abtpro.ts";
import { sqlOn } from "../planting.ts";

export const idleArchiver = proof(
  "An archive_command that does nothing and succeeds is found before anything is restored from it",
  {
    kind: "restore",
    system: abtpro({ backups: true }),
    backup: { runbook: "runbooks/backup.md#base-backup" },
    runbook: "runbooks/backup.md#point-in-time-recovery",
    expect: { verdict: "missed", codes: ["step-failed"] },
  },
  async ({ workload, operator, observe, topology }) => {
    await workload.establishBaseline();
    await operator.backUp();
    const target = await observe.serverSecond();
    await sqlOn(topology, "postgres", "alter system set archive_command = '/bin/true'");
    await sqlOn(topology, "postgres", "select pg_reload_conf()");
    await operator.tell("/backups/recovery-target", target);
    await operator.follow();
    await observe.restored({ postgres: "postgres-test" }, { target });
    return {};
  },
);
