import { proof } from "../src/authoring/proof.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { redisOn } from "./planting.ts";
import { restoreThen } from "./restore-story.ts";
import { replacing } from "./runbook-edits.ts";

const redisBackup = "runbooks/backup.md#redis-backup";
const restoreRedis = "runbooks/backup.md#restore-redis";
const options = { kind: "restore", system: abtpro({ backups: true }), runbook: restoreRedis } as const;

/** What the backup packs, spoilt inside the container: the job sees nothing of it. */
function packing(command: string): { readonly reference: string; readonly edit: (text: string) => string } {
  const packed = "'cd /tmp/redis-backup && tar -cf - dump.rdb appendonlydir'";
  return { reference: redisBackup, edit: replacing(packed, `'cd /tmp/redis-backup && ${command}'`) };
}

const restored = { redis: "redis-test" };

/** Of the run in `ARGV[1]`, the write at place `ARGV[2]` of a writer's list: `list` and `item`, and `key`, which holds its payload. */
const oneWrite = `
  local list = redis.call('KEYS', 'quotes:' .. ARGV[1] .. ':*')[1]
  local item = redis.call('LINDEX', list, ARGV[2])
  local key = 'quote:' .. ARGV[1] .. ':' .. string.match(item, '^(.-):')`;

export const damagedRedisCopy = proof(
  "Keys lost, changed and doubled in a restored Redis are found, and so are another score and an expiry that is gone",
  {
    ...options,
    backup: { runbook: redisBackup },
    expect: {
      verdict: "missed",
      codes: ["restore-incomplete", "restore-torn", "restore-damaged", "integrity-difference"],
      // The original has lost nothing.
      without: ["destroyed-later", "gap-in-order", "changed-payload", "duplicate-write", "base-data-lost"],
      messages: [
        /data of redis from before the run, found 1 of it missing/,
        /lasting keys of account:\*/,
        /expiring keys of account:\*/,
      ],
    },
  },
  restoreThen(restored, async ({ topology, runId }) => {
    const plant = async (expected: number, command: string, ...words: string[]): Promise<void> => {
      const changed = await redisOn(topology, "redis-test", command, ...words);
      if (changed !== expected)
        throw new TypeError(`planted ${String(changed)}: ${command} ${words.join(" ")}`);
    };
    const spoilWrite = (at: number, spoil: string): Promise<void> =>
      plant(1, "EVAL", `${oneWrite} ${spoil}`, "0", runId, String(at));
    await spoilWrite(3, "redis.call('DEL', key) return redis.call('LREM', list, 1, item)");
    await spoilWrite(4, "redis.call('SET', key, 'x') return 1");
    await spoilWrite(5, "redis.call('RPUSH', list, item) return 1");
    await plant(1, "DEL", "quote:base:-7");
    await plant(
      1,
      "EVAL",
      "return redis.call('LREM', 'quotes:base:0', 1, redis.call('LINDEX', 'quotes:base:0', 6))",
      "0",
    );
    await plant(1, "ZADD", "account:1:alerts", "CH", "7", "ABT");
    await plant(1, "PERSIST", "account:1:session");
  }),
);

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
