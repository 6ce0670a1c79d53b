import { setTimeout as delay } from "node:timers/promises";
import type { Baseline } from "../timeline/event.ts";
import type { StartedNode, StartedTopology } from "../topology/started-topology.ts";
import { isStalled, summariseLag, type LagSample } from "./lag.ts";
import { endpointOf, nodeOf, postgresAddress, redisAddress } from "./node-address.ts";
import { withPostgres } from "./postgres-session.ts";
import { infoNumber, parseRedisInfo } from "./redis-info.ts";
import { withRedis } from "./redis-session.ts";

export interface LagSampling {
  /** Default 6. */
  readonly samples?: number;
  /** Between samples, default 200. */
  readonly everyMs?: number;
}

/**
 * Measures how many bytes each replica is behind what its primary has written. The replica is asked first and the primary after
 * it, so that every sample is an upper bound.
 */
export async function measureLag(
  topology: StartedTopology,
  sampling: LagSampling = {},
): Promise<{ readonly lag: Baseline["lag"]; readonly stalled: readonly string[] }> {
  const { samples = 6, everyMs = 200 } = sampling;
  const replicas = [...topology.nodes.values()].filter(({ definition }) => definition.follows !== undefined);
  const measured = await Promise.all(
    replicas.map(async (replica) => {
      const primary = nodeOf(topology, replica.definition.follows ?? "");
      const taken: LagSample[] = [];
      await withLagReader(topology, replica, primary, samples * (everyMs + 1_000), async (read) => {
        for (let n = 0; n < samples; n += 1) {
          if (n > 0) await delay(everyMs);
          taken.push({ atMs: performance.now(), ...(await read()) });
        }
      });
      return { service: replica.definition.service, lag: summariseLag(taken), stalled: isStalled(taken) };
    }),
  );
  return {
    lag: Object.fromEntries(measured.map(({ service, lag }) => [service, lag])),
    stalled: measured.filter(({ stalled }) => stalled).map(({ service }) => service),
  };
}

/** Holds one session to each of the two servers, for connecting takes longer than asking. */
async function withLagReader(
  topology: StartedTopology,
  replica: StartedNode,
  primary: StartedNode,
  deadlineMs: number,
  use: (read: () => Promise<Omit<LagSample, "atMs">>) => Promise<void>,
): Promise<void> {
  const [to, from] = await Promise.all([endpointOf(replica), endpointOf(primary)]);
  if (replica.definition.engine === "redis") {
    await withRedis(redisAddress(topology, to), deadlineMs, (there) =>
      withRedis(redisAddress(topology, from), deadlineMs, (here) =>
        use(async () => {
          const received = infoNumber(parseRedisInfo(await there.info("replication")), "slave_repl_offset");
          const written = infoNumber(parseRedisInfo(await here.info("replication")), "master_repl_offset");
          if (received === undefined || written === undefined)
            throw new Error("INFO lacks replication offsets");
          return { bytes: Math.max(0, written - received), received };
        }),
      ),
    );
    return;
  }
  await withPostgres(postgresAddress(topology, to), deadlineMs, (there) =>
    withPostgres(postgresAddress(topology, from), deadlineMs, (here) =>
      use(async () => {
        const received = await there.query<{ lsn: string | null; bytes: string | null }>(
          "select pg_last_wal_receive_lsn()::text as lsn, pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')::text as bytes",
        );
        const behind = await here.query<{ bytes: string | null }>(
          "select pg_wal_lsn_diff(pg_current_wal_lsn(), $1::pg_lsn)::text as bytes",
          [received.rows[0]?.lsn],
        );
        const bytes = behind.rows[0]?.bytes;
        if (bytes === null || bytes === undefined) throw new Error("the replica has received no WAL");
        return { bytes: Math.max(0, Number(bytes)), received: Number(received.rows[0]?.bytes) };
      }),
    ),
  );
}
