import type { StartedNode, StartedTopology } from "../topology/started-topology.ts";
import { endpointOf, postgresAddress } from "./node-address.ts";
import { withPostgres } from "./postgres-session.ts";

/** A second at most, and the session. */
const deadlineMs = 6_000;

/**
 * Waits until the server's own clock, the one that stamps its commits, passes a full second. Returns that second as PostgreSQL reads
 * it: `2026-11-09 01:59:59+00`.
 */
export async function nextServerSecond(topology: StartedTopology, node: StartedNode): Promise<string> {
  const endpoint = await endpointOf(node);
  return withPostgres(postgresAddress(topology, endpoint), deadlineMs, async (client) => {
    const { rows } = await client.query<{ second: string }>(
      `with next as materialized (select date_trunc('second', clock_timestamp()) + interval '1 second' as at)
       select to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || '+00' as second, pg_sleep_until(at) from next`,
    );
    const [row] = rows;
    if (row === undefined)
      throw new Error(`expected ${node.definition.service} to tell the time, found no row`);
    return row.second;
  });
}
