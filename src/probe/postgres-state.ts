import type { Client } from "pg";
import type { NodeState } from "../timeline/event.ts";
import { failureDetail } from "./failure-detail.ts";
import { releaseBackend, withPostgres, type PostgresAddress } from "./postgres-session.ts";
import { commitSql } from "./probe-objects.ts";

/**
 * A standby has no current WAL file to name its timeline by: the receiver's is the newest it knows, its last restart point's the
 * newest it has replayed for certain.
 */
const stateSql = `
select pg_is_in_recovery() as standby,
       (select system_identifier::text from pg_control_system()) as identity,
       split_part(current_setting('server_version'), ' ', 1) as version,
       case when pg_is_in_recovery()
         then greatest((select timeline_id from pg_control_checkpoint()),
                       (select received_tli from pg_stat_wal_receiver))
         else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int
       end as timeline,
       (select status from pg_stat_wal_receiver) as receiver,
       (select pg_wal_lsn_diff(latest_end_lsn, pg_last_wal_replay_lsn())::text from pg_stat_wal_receiver) as lag,
       current_setting('transaction_read_only')::bool as read_only,
       pg_backend_pid() as backend`;

interface StateRow {
  readonly standby: boolean;
  readonly identity: string;
  readonly version: string;
  readonly timeline: number;
  readonly receiver: string | null;
  readonly lag: string | null;
  readonly read_only: boolean;
  readonly backend: number;
}

/**
 * What a PostgreSQL server says of itself within `deadlineMs`; an answer too late is none.
 *
 * `ofPrimary` may ask a primary more in what is left of the time, on the same session; what goes wrong there is no part of the state.
 */
export async function observePostgres(
  node: string,
  address: PostgresAddress,
  deadlineMs: number,
  ofPrimary?: (client: Client) => Promise<void>,
): Promise<NodeState> {
  const seen: { row?: StateRow; state?: NodeState } = {};
  try {
    return await withPostgres(address, deadlineMs, async (client) => {
      const row = (await client.query<StateRow>(stateSql)).rows[0];
      if (row === undefined) throw new Error("the server answered with no row");
      seen.row = row;
      if (row.standby) return standbyState(node, row);
      const refusal = await refusedWrite(client, row);
      const detail = refusal === undefined ? {} : { detail: refusal };
      seen.state = { ...serverState(node, row), writable: refusal === undefined, ...detail };
      await ofPrimary?.(client);
      return seen.state;
    });
  } catch (error) {
    if (seen.state !== undefined) return seen.state;
    if (seen.row === undefined) return { node, reachable: false, detail: failureDetail(error) };
    await releaseBackend(address, deadlineMs, seen.row.backend);
    const detail = `write not committed: ${failureDetail(error)}`;
    return { ...serverState(node, seen.row), writable: false, detail };
  }
}

function serverState(node: string, row: StateRow): NodeState {
  const { identity, timeline, version } = row;
  return { node, reachable: true, role: row.standby ? "replica" : "primary", timeline, identity, version };
}

function standbyState(node: string, row: StateRow): NodeState {
  const streaming = row.receiver === "streaming";
  // A standby that answers has reached consistency, so its first copy is complete.
  const lag = row.lag === null ? {} : { lagBytes: Math.max(0, Number(row.lag)) };
  return {
    ...serverState(node, row),
    writable: false,
    replication: { streaming, synced: streaming, ...lag },
  };
}

/** Commits something; returns why the server refused it, and throws when the connection was lost. */
async function refusedWrite(client: Client, row: StateRow): Promise<string | undefined> {
  // The message alone would be taken: it changes no table.
  if (row.read_only) return "transactions are read-only by default";
  try {
    await client.query(commitSql);
    return undefined;
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): string {
  if (!isSqlState(error)) throw error;
  return failureDetail(error);
}

function isSqlState(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code);
}
