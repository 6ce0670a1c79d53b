import { proof } from "../src/authoring/proof.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { redisOn } from "./planting.ts";
import { restoreThen } from "./restore-story.ts";

/** Of the run in `ARGV[1]`, the write at place `ARGV[2]` of a writer's list: `list` and `item`, and `key`, which holds its payload. */
const oneWrite = `
  local list = redis.call('KEYS', 'quotes:' .. ARGV[1] .. ':*')[1]
  local item = redis.call('LINDEX', list, ARGV[2])
  local key = 'quote:' .. ARGV[1] .. ':' .. string.match(item, '^(.-):')`;

export const damagedRedisCopy = proof(
  "Keys lost, changed and doubled in a restored Redis are found, and so are another score and an expiry that is gone",
  {
    kind: "restore",
    system: abtpro({ backups: true }),
    backup: { runbook: "runbooks/backup.md#redis-backup" },
    runbook: "runbooks/backup.md#restore-redis",
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
  restoreThen({ redis: "redis-test" }, async ({ topology, runId }) => {
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
