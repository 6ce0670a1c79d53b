import { infoNumber, type RedisInfo } from "../probe/redis-info.ts";
import type { RedisHistory } from "./oracle-evidence.ts";

/** Reads the history of a Redis server from `INFO replication`; undefined when it says nothing of one. */
export function redisHistory(info: RedisInfo): RedisHistory | undefined {
  const replicationId = info.get("master_replid");
  const masterReplOffset = infoNumber(info, "master_repl_offset");
  if (replicationId === undefined || masterReplOffset === undefined) return undefined;
  const role = info.get("role") === "slave" ? "replica" : "primary";
  const previousReplicationId = info.get("master_replid2");
  const secondReplOffset = infoNumber(info, "second_repl_offset");
  const history = { role, replicationId, masterReplOffset } as const;
  // A server that was never promoted gives an id of zeros and the offset -1.
  if (previousReplicationId === undefined || secondReplOffset === undefined || secondReplOffset < 0)
    return history;
  return { ...history, previousReplicationId, secondReplOffset };
}
