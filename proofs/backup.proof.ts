import { proof } from "../src/authoring/proof.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { damage } from "./planting.ts";
import { restoreThen } from "./restore-story.ts";
import { all, replacing } from "./runbook-edits.ts";

const dailyBackup = "runbooks/backup.md#daily-backup";
const restoreToTest = "runbooks/backup.md#restore-to-test-environment";
const options = { kind: "restore", system: abtpro({ backups: true }), runbook: restoreToTest } as const;

const restored = { postgres: "postgres-test" };

export const damagedCopy = proof(
  "Rows deleted, changed and doubled in a restored copy are found, and so is a role that is missing",
  {
    ...options,
    backup: { runbook: dailyBackup },
    expect: {
      verdict: "missed",
      codes: ["restore-incomplete", "restore-torn", "restore-damaged", "integrity-difference"],
      // The original has lost nothing.
      without: ["destroyed-later", "gap-in-order", "changed-payload", "duplicate-write", "base-data-lost"],
      messages: [/data of postgres from before the run, found 1 of it missing/, /role replicator/],
    },
  },
  restoreThen(restored, async ({ topology, runId }) => {
    const oneOf = "ctid = (select ctid from public.tradelog where run = $1 order by id limit 1 offset $2)";
    const plant = (text: string, values: readonly unknown[]): Promise<void> =>
      damage(topology, "postgres-test", text, values);
    await plant(`delete from public.tradelog where ${oneOf} returning 1`, [runId, 10]);
    await plant(`update public.tradelog set payload = 'x' where ${oneOf} returning 1`, [runId, 20]);
    await plant(
      `insert into public.tradelog (run, client_id, writer, user_id, payload, node, timeline, xid)
       select run, client_id, writer, user_id, payload, node, timeline, xid from public.tradelog where ${oneOf} returning 1`,
      [runId, 30],
    );
    await plant("delete from public.tradelog where run = 'base' and client_id = -7 returning 1", []);
    await damage(topology, "postgres-test", "drop role replicator", [], 0);
  }),
);

export const openBackup = proof(
  "A dump that is not encrypted under the right name, and an upload that stores nothing and succeeds, are found",
  {
    ...options,
    backup: {
      runbook: {
        reference: dailyBackup,
        edit: all(
          replacing(
            `--filter='openssl cms -encrypt -aes-256-gcm -binary -stream -outform DER -recip /etc/abtpro/keys/backup.crt -keyopt rsa_padding_mode:oaep -out "$FILE"'`,
            `--filter='cat > "$FILE"'`,
          ),
          replacing(
            `aws s3 cp --only-show-errors --recursive "$backup" "s3://$bucket/backups/$stamp/" &&
  rm -rf /backups/read-back && aws s3 cp --only-show-errors --recursive "s3://$bucket/backups/$stamp/" /backups/read-back/ &&
  cmp "$backup/SHA256SUMS" /backups/read-back/SHA256SUMS && (cd /backups/read-back && sha256sum --strict --quiet -c SHA256SUMS)`,
            "true",
          ),
        ),
      },
    },
    expect: {
      verdict: "missed",
      codes: ["backup-not-encrypted", "backup-not-stored", "step-failed", "nothing-restored"],
      messages: [/dump\.cms\.000 on operator to be encrypted, found pg-custom/],
    },
  },
  restoreThen(restored),
);
