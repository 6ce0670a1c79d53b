import { proof } from "../src/authoring/proof.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { setUpAndRestart } from "./replication-story.ts";
import { all, redisRunbook, replacing } from "./runbook-edits.ts";

export const notRewritten = proof(
  "A Redis replica whose server was told to follow and whose file was not is found after its restart",
  {
    system: abtpro({ unreplicated: ["redis"] }),
    runbook: redisRunbook,
    preparation: {
      runbook: {
        reference: "runbooks/replication-setup.md#redis-replication",
        edit: all(
          replacing(
            "redis-cli -e REPLICAOF redis 6379\n  redis-cli -e CONFIG REWRITE",
            "redis-cli -e REPLICAOF redis 6379",
          ),
          replacing(
            "docker-compose exec -T redis-replica grep -x 'replicaof redis 6379' /usr/local/etc/redis/redis.conf < /dev/null\n",
            "",
          ),
        ),
      },
    },
    expect: {
      verdict: "missed",
      codes: ["replication-not-set-up"],
      without: ["baseline-not-established", "step-failed", "step-no-effect"],
      messages: [/arrive on redis-replica after restartNode\(redis-replica\), .*: it is a primary itself/],
    },
  },
  setUpAndRestart("redis-replica"),
);
