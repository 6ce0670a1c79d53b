import type { Endpoint, StartedTopology } from "../topology/started-topology.ts";
import { postgresAddress } from "./node-address.ts";
import { withPostgres } from "./postgres-session.ts";

const deadlineMs = 5_000;

/** Bytes that the system's database takes on this server's disk, indexes included. */
export async function databaseBytes(topology: StartedTopology, endpoint: Endpoint): Promise<number> {
  return withPostgres(postgresAddress(topology, endpoint), deadlineMs, async (client) => {
    const { rows } = await client.query<{ bytes: string }>(
      "select pg_database_size(current_database()) as bytes",
    );
    return Number(rows[0]?.bytes);
  });
}
