import { endpointOf, nodeOf, postgresAddress } from "../probe/node-address.ts";
import { withPostgres } from "../probe/postgres-session.ts";
import type { StartedTopology } from "../topology/started-topology.ts";

/** Where the run's WAL begins. Noted with the baseline, it bounds what the oracle has to read. */
export interface RunStart {
  readonly postgres?: PostgresStart;
}

export interface PostgresStart {
  readonly timeline: number;
  readonly lsn: string;
  /** The next transaction id (xid8, decimal): WAL holds only the lower half of an id. */
  readonly nextXid: string;
}

const startDeadlineMs = 5_000;

/** Notes where each store stands, before the first write that the oracle will be asked about. */
export async function noteRunStart(topology: StartedTopology): Promise<RunStart> {
  const primary = topology.system.nodes.find(
    ({ engine, role }) => engine === "postgres" && role === "primary",
  );
  if (primary === undefined) return {};
  const endpoint = await endpointOf(nodeOf(topology, primary.service));
  return withPostgres(postgresAddress(topology, endpoint), startDeadlineMs, async (client) => {
    const { rows } = await client.query<PostgresStart>(
      `select ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int as timeline,
              pg_current_wal_insert_lsn()::text as lsn,
              pg_snapshot_xmax(pg_current_snapshot())::text as "nextXid"`,
    );
    const start = rows[0];
    return start === undefined ? {} : { postgres: { ...start } };
  });
}
