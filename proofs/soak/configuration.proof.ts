import { proof } from "../../src/authoring/proof.ts";
import { abtpro } from "../../system/abtpro/abtpro.ts";
import { all, replacing } from "../runbook-edits.ts";

const dailyBackup = "runbooks/backup.md#daily-backup";
const restoreConfiguration = "runbooks/backup.md#restore-configuration";
const options = { kind: "restore", system: abtpro({ backups: true }) } as const;

export const environmentNotSaved = proof(
  "A backup without .env starts no platform, whatever its steps say when it is made",
  {
    ...options,
    backup: {
      runbook: {
        reference: dailyBackup,
        edit: replacing("tar -cf - .env docker-compose.yml |", "tar -cf - docker-compose.yml |"),
      },
    },
    runbook: restoreConfiguration,
    expect: {
      verdict: "missed",
      codes: ["step-failed", "application-not-started", "configuration-differs"],
      messages: [/API_KEY_ENCRYPTION_KEY, DATABASE_URL, REDIS_URL/],
      check: ({ steps }) =>
        steps
          .filter(({ id, outcome }) => id.startsWith("backup-") && outcome !== "succeeded")
          .map(({ title }) => `expected “${title}” of the backup to succeed`),
    },
  },
  async ({ workload, operator, observe }) => {
    await workload.establishBaseline();
    await operator.backUp();
    await operator.follow();
    await observe.restoredApplication("backend-test");
    return {};
  },
);

export const wrongEncryptionKey = proof(
  "A platform that starts and is healthy with another encryption key is found, although the runbook's own verification looks away",
  {
    ...options,
    backup: { runbook: dailyBackup },
    precededBy: ["runbooks/backup.md#restore-to-test-environment", "runbooks/backup.md#restore-redis"],
    runbook: {
      reference: restoreConfiguration,
      edit: all(
        replacing("sed -i -E -e", "sed -i -E -e 's|^(API_KEY_ENCRYPTION_KEY)=.*|\\1=0123456789abcdef|' -e"),
        replacing("python3 -m abtpro.api_keys verify", "true"),
      ),
    },
    expect: {
      verdict: "missed",
      codes: ["configuration-differs", "secrets-not-readable"],
      without: ["step-failed", "application-not-started", "nothing-restored", "integrity-difference"],
      messages: [/another value: API_KEY_ENCRYPTION_KEY\./, /each of the 200 encrypted values .* opens 0\./],
    },
  },
  async ({ workload, operator, observe }) => {
    await workload.establishBaseline();
    await operator.backUp();
    await operator.follow();
    await observe.restored({ postgres: "postgres-test", redis: "redis-test" });
    await observe.restoredApplication("backend-test");
    return {};
  },
);
