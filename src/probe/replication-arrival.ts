import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Endpoint, StartedNode, StartedTopology } from "../topology/started-topology.ts";
import { failureDetail } from "./failure-detail.ts";
import { endpointOf, nodeOf, postgresAddress, redisAddress } from "./node-address.ts";
import { patientDeadlineMs } from "./node-state.ts";
import { withPostgres } from "./postgres-session.ts";
import { arrivalKey } from "./probe-objects.ts";
import { parseRedisInfo } from "./redis-info.ts";
import { withRedis } from "./redis-session.ts";

/** What became of one write on a primary, seen from a replica that is to follow it. */
export interface Arrival {
  readonly primary: string;
  readonly replica: string;
  readonly arrived: boolean;
  readonly waitedSeconds: number;
  readonly detail: string;
}

/** Asks a server why what was written is not there; undefined once it is. */
type WhyNotThere = (replica: Endpoint) => Promise<string | undefined>;

const askAgainMs = 100;
/** How long what is written in Redis stays, in milliseconds. */
const arrivalKeyMs = 120_000;

/**
 * Writes something on the primary that a replica is to follow and asks the replica for it, again and again, `withinMs` at most. A
 * server that takes writes itself has not got it from a primary, whatever it holds.
 *
 * Throws nothing for servers that do not answer: nothing arrives there. Throws the reason of `signal` when it is aborted.
 */
export async function awaitArrival(
  topology: StartedTopology,
  replica: StartedNode,
  { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal },
): Promise<Arrival> {
  const primary = nodeOf(topology, replica.definition.follows ?? "");
  const startedAt = performance.now();
  let whyNotThere: WhyNotThere | undefined;
  const look = async (): Promise<string | undefined> => {
    whyNotThere ??= await write(topology, primary);
    return whyNotThere(await endpointOf(replica));
  };
  for (;;) {
    const reason = await look().catch(failureDetail);
    const waitedMs = performance.now() - startedAt;
    if (reason === undefined || waitedMs >= withinMs) {
      return {
        primary: primary.definition.service,
        replica: replica.definition.service,
        arrived: reason === undefined,
        waitedSeconds: Number((waitedMs / 1000).toFixed(3)),
        detail: reason ?? "what was written on the one is there on the other",
      };
    }
    await pause(askAgainMs, undefined, { signal });
  }
}

async function write(topology: StartedTopology, primary: StartedNode): Promise<WhyNotThere> {
  const endpoint = await endpointOf(primary);
  return primary.definition.engine === "postgres"
    ? writePostgres(topology, endpoint)
    : writeRedis(topology, endpoint);
}

async function writePostgres(topology: StartedTopology, primary: Endpoint): Promise<WhyNotThere> {
  const written = await withPostgres(
    postgresAddress(topology, primary),
    patientDeadlineMs,
    async (client) => {
      const { rows } = await client.query<{ lsn: string; cluster: string }>(
        `select pg_logical_emit_message(true, 'drill-probe', '')::text as lsn,
              (select system_identifier::text from pg_control_system()) as cluster`,
      );
      return rows[0];
    },
  );
  return (replica) =>
    withPostgres(postgresAddress(topology, replica), patientDeadlineMs, async (client) => {
      const { rows } = await client.query<{ standby: boolean; cluster: string; replayed: boolean | null }>(
        `select pg_is_in_recovery() as standby, pg_last_wal_replay_lsn() >= $1::pg_lsn as replayed,
                (select system_identifier::text from pg_control_system()) as cluster`,
        [written?.lsn],
      );
      const [state] = rows;
      if (state?.cluster !== written?.cluster) return "it holds the data of another cluster";
      if (state?.standby !== true) return "it is a primary itself: it copied that cluster and follows nobody";
      return state.replayed === true ? undefined : "it is a replica, and the write is not there";
    });
}

async function writeRedis(topology: StartedTopology, primary: Endpoint): Promise<WhyNotThere> {
  const token = randomUUID();
  await withRedis(redisAddress(topology, primary), patientDeadlineMs, (redis) =>
    redis.set(arrivalKey, token, "PX", arrivalKeyMs),
  );
  return (replica) =>
    withRedis(redisAddress(topology, replica), patientDeadlineMs, async (redis) => {
      const info = parseRedisInfo(await redis.info("replication"));
      if (info.get("role") !== "slave") return "it is a primary itself: it follows nobody";
      if ((await redis.get(arrivalKey)) === token) return undefined;
      return `it is a replica of ${info.get("master_host") ?? "nobody"}, its link is ${info.get("master_link_status") ?? "unknown"}, and the write is not there`;
    });
}
