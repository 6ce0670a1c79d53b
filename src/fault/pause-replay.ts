import { setTimeout as pause } from "node:timers/promises";
import { damageFault, notDamaged } from "./damage.ts";
import { onPostgres, readText } from "./damaged-server.ts";
import type { Fault } from "./fault.ts";
import type { StartedTopology } from "../topology/started-topology.ts";

const withinMs = 10_000;
const pollMs = 50;

/** Stops a replica's replay: it receives everything, confirms it, and shows older and older data. Lifting resumes it. */
export function pauseReplay(service: string): Fault {
  const state = (topology: StartedTopology): Promise<string> =>
    readText(topology, service, "select 'replay is ' || pg_get_wal_replay_pause_state() as text");
  return damageFault({
    name: `pauseReplay(${service})`,
    service,
    does: `stops the replay of ${service}`,
    read: state,
    inject: async (topology) => {
      await onPostgres(topology, service, (client) => client.query("select pg_wal_replay_pause()"));
      await reached(topology, service, "select pg_get_wal_replay_pause_state() = 'paused' as reached");
      return async () => {
        const received = await readText(topology, service, "select pg_last_wal_receive_lsn()::text as text");
        await onPostgres(topology, service, (client) => client.query("select pg_wal_replay_resume()"));
        await reached(
          topology,
          service,
          "select pg_last_wal_replay_lsn() >= $1::pg_lsn as reached",
          received,
        );
      };
    },
  });
}

async function reached(
  topology: StartedTopology,
  service: string,
  sql: string,
  ...values: readonly string[]
): Promise<void> {
  const deadline = performance.now() + withinMs;
  await onPostgres(topology, service, async (client) => {
    for (;;) {
      const { rows } = await client.query<{ reached: boolean | null }>(sql, [...values]);
      if (rows[0]?.reached === true) return;
      if (performance.now() > deadline)
        throw notDamaged(
          `the replay of ${service} to stop and to go on`,
          `neither within ${withinMs / 1000} s`,
          "see its log",
        );
      await pause(pollMs);
    }
  });
}
