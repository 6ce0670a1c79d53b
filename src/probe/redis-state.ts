import type { Redis } from "ioredis";
import type { NodeState } from "../timeline/event.ts";
import { failureDetail } from "./failure-detail.ts";
import { probeKey } from "./probe-objects.ts";
import { parseRedisInfo, redisReplication, type RedisInfo } from "./redis-info.ts";
import { withRedis, type RedisAddress } from "./redis-session.ts";

/** How long the probe's key stays, in milliseconds. */
const probeKeyMs = 60_000;

/** What a Redis server says of itself within `deadlineMs`; an answer too late is none. */
export async function observeRedis(
  node: string,
  address: RedisAddress,
  deadlineMs: number,
): Promise<NodeState> {
  const seen: { state?: NodeState } = {};
  try {
    return await withRedis(address, deadlineMs, async (redis) => {
      const state = redisNodeState(node, parseRedisInfo(await redis.info()));
      seen.state = state;
      const refusal = await refusedWrite(redis);
      return {
        ...state,
        writable: refusal === undefined,
        ...(refusal === undefined ? {} : { detail: refusal }),
      };
    });
  } catch (error) {
    const detail = failureDetail(error);
    return seen.state === undefined
      ? { node, reachable: false, detail }
      : { ...seen.state, writable: false, detail };
  }
}

/** What `INFO` says; whether it takes writes is not in it. */
export function redisNodeState(node: string, info: RedisInfo): NodeState {
  const replica = info.get("role") === "slave";
  const identity = info.get("run_id");
  const version = info.get("redis_version");
  return {
    node,
    reachable: true,
    role: replica ? "replica" : "primary",
    ...(identity === undefined ? {} : { identity }),
    ...(version === undefined ? {} : { version }),
    ...(replica ? { replication: redisReplication(info) } : {}),
  };
}

/** Sets the probe's key; returns the server's refusal, and throws when the connection was lost. */
async function refusedWrite(redis: Redis): Promise<string | undefined> {
  try {
    await redis.set(probeKey, "1", "PX", probeKeyMs);
    return undefined;
  } catch (error) {
    if (error instanceof Error && error.name === "ReplyError") return failureDetail(error);
    throw error;
  }
}
