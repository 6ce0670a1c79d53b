import { Client } from "pg";
import type { Endpoint } from "./started-topology.ts";
import type { PostgresStoreDefinition } from "./system-definition.ts";

export interface PostgresAccess {
  readonly store: PostgresStoreDefinition;
  readonly password: string;
}

/** Opens a session of the administrator, uses it and closes it. */
export async function withAdministrator<T>(
  { password, store }: PostgresAccess,
  endpoint: Endpoint,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    ...endpoint,
    user: store.adminUser,
    password,
    database: store.database,
    connectionTimeoutMillis: 2_000,
    query_timeout: 30_000,
  });
  // A server that goes away between two queries makes the next one fail; without a listener it would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** How far the primary's log reaches now. */
export async function writtenUpTo(access: PostgresAccess, primary: Endpoint): Promise<string> {
  return withAdministrator(access, primary, async (client) => {
    const { rows } = await client.query<{ lsn: string }>("SELECT pg_current_wal_flush_lsn()::text AS lsn");
    return rows[0]?.lsn ?? "";
  });
}

/** Why a replica does not stream, or has not replayed up to a position of its primary's log; undefined if it has. */
export async function whyNotStreaming(
  access: PostgresAccess,
  written: string,
  replica: Endpoint,
): Promise<string | undefined> {
  return withAdministrator(access, replica, async (client) => {
    const { rows } = await client.query<{ status: string | null; behind: boolean | null }>(
      `SELECT (SELECT status FROM pg_stat_wal_receiver) AS status, pg_last_wal_replay_lsn() < $1::pg_lsn AS behind`,
      [written],
    );
    const state = rows[0];
    if (state?.status !== "streaming") return `its receiver is ${state?.status ?? "not running"}`;
    return state.behind === false ? undefined : "it has not replayed what its primary wrote";
  });
}

/** Fills in the data that is there before the run. */
export async function seedPostgres(access: PostgresAccess, endpoint: Endpoint, rows: number): Promise<void> {
  await withAdministrator(access, endpoint, (client) => client.query(access.store.seed, [rows]));
}
