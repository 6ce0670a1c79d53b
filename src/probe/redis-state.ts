import type { Redis } from "ioredis";
import type { NodeState } from "../timeline/event.ts";
import { failureDetail } from "./failure-detail.ts";
import { probeKey } from "./probe-objects.ts";
import { parseRedisInfo, redisReplication, type RedisInfo } from "./redis-info.ts";
import { withRedis, type RedisAddress } from "./redis-session.ts";

/** How long the probe's key stays, in milliseconds. */
const probeKeyMs = 60_000;

/**
 * What a Redis server says of itself within `deadlineMs`; an answer too late is none.
 *
 * `ofPrimary` may ask a primary more in what is left of the time, on the same session; what goes wrong there is no part of the state.
 */
export async function observeRedis(
  node: string,
  address: RedisAddress,
  deadlineMs: number,
  ofPrimary?: (redis: Redis) => Promise<void>,
): Promise<NodeState> {
  const seen: { info?: NodeState; state?: NodeState } = {};
  try {
    return await withRedis(address, deadlineMs, async (redis) => {
      const info = redisNodeState(node, parseRedisInfo(await redis.info()));
      seen.info = info;
      const refusal = await refusedWrite(redis);
      const detail = refusal === undefined ? {} : { detail: refusal };
      seen.state = { ...info, writable: refusal === undefined, ...detail };
      if (info.role === "primary") await ofPrimary?.(redis);
      return seen.state;
    });
  } catch (error) {
    if (seen.state !== undefined) return seen.state;
    const detail = failureDetail(error);
    return seen.info === undefined
      ? { node, reachable: false, detail }
      : { ...seen.info, writable: false, detail };
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
