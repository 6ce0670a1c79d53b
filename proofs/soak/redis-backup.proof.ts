import { proof } from "../../src/authoring/proof.ts";
import { abtpro } from "../../system/abtpro/abtpro.ts";
import { restoreThen } from "../restore-story.ts";
import { replacing } from "../runbook-edits.ts";

const redisBackup = "runbooks/backup.md#redis-backup";
const restoreRedis = "runbooks/backup.md#restore-redis";
const options = { kind: "restore", system: abtpro({ backups: true }), runbook: restoreRedis } as const;

/** What the backup packs, spoilt inside the container: the job sees nothing of it. */
function packing(command: string): { readonly reference: string; readonly edit: (text: string) => string } {
  const packed = "'cd /tmp/redis-backup && tar -cf - dump.rdb appendonlydir'";
  return { reference: redisBackup, edit: replacing(packed, `'cd /tmp/redis-backup && ${command}'`) };
}

const restored = { redis: "redis-test" };

export const staleRedisCopy = proof(
  "An older copy of Redis than the newest, restored without an error, is found by what it lacks",
  {
    ...options,
    runbook: { reference: restoreRedis, edit: replacing('max_by(split("/")[1])', 'min_by(split("/")[1])') },
    backup: { runbook: redisBackup },
    expect: {
      verdict: "missed",
      codes: ["restore-incomplete"],
      without: ["step-failed", "nothing-restored", "restore-torn", "restore-damaged", "integrity-difference"],
    },
  },
  async (context) => {
    await context.workload.establishBaseline();
    await context.operator.backUp();
    await context.operator.backUp();
    await context.operator.follow();
    await context.observe.restored({ redis: "redis-test" });
    return {};
  },
);

export const truncatedRedisArchive = proof(
  "An archive of Redis that was cut short before it was encrypted restores nothing, and the restore says so",
  {
    ...options,
    backup: { runbook: packing("tar -cf - dump.rdb appendonlydir | head -c 20000") },
    expect: {
      verdict: "missed",
      codes: ["step-failed", "nothing-restored"],
      messages: [/Step 3 .*Restore the files/, /Expected a restored redis in redis-test/],
    },
  },
  restoreThen(restored),
);

export const missingAppendOnlyFile = proof(
  "A manifest that names a file which is not in the archive is found before Redis starts, and the snapshot beside it comes back whole",
  {
    ...options,
    backup: { runbook: packing("rm appendonlydir/*.incr.aof && tar -cf - dump.rdb appendonlydir") },
    // A person goes on with the snapshot where this step stops.
    precededBy: [
      {
        reference: restoreRedis,
        edit: replacing(
          '"restore-redis-files","effect":"none","onFailure":"stop"',
          '"restore-redis-files","effect":"none"',
        ),
      },
    ],
    runbook: "runbooks/backup.md#restore-redis-from-the-snapshot",
    expect: {
      verdict: "missed",
      codes: ["step-failed"],
      without: [
        "nothing-restored",
        "restore-incomplete",
        "restore-torn",
        "restore-damaged",
        "restore-not-from-backup",
        "integrity-difference",
      ],
      messages: [/Step restore-redis-3 .*Restore the files/],
      check: ({ restores, steps }) => [
        ...(restores[0] === undefined || restores[0].restoredWrites === 0
          ? ["expected the snapshot to bring writes back, found none"]
          : []),
        ...steps
          .filter(({ heading, outcome }) => /snapshot/i.test(heading) && outcome !== "succeeded")
          .map(({ title, outcome }) => `expected “${title}” to succeed, found ${outcome}`),
      ],
    },
  },
  restoreThen(restored),
);
