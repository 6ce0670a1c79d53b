import type { ClientBase } from "pg";
import { collectPostgresIntegrity } from "../integrity/collect-postgres.ts";
import type { IntegritySnapshot } from "../integrity/integrity-snapshot.ts";
import { notOfExtension, ownSchemas } from "../integrity/postgres-check.ts";

/** What is in one database, as far as a backup has to bring it back. */
export interface DatabaseContent {
  /** Everything but the tables' rows. */
  readonly integrity: IntegritySnapshot;
  /** Rows and digest of each table that is no partition, by name. */
  readonly tables: ReadonlyMap<string, TableContent>;
  /** Why a table could not be read, by name. */
  readonly unread: ReadonlyMap<string, string>;
  /** Last value by name; null for one that was never used. */
  readonly sequences: ReadonlyMap<string, SequenceState>;
  /** Roles that own something in the database or may do something there. */
  readonly roles: readonly string[];
}

export interface TableContent {
  readonly rows: string;
  readonly digest: string;
}

export interface SequenceState {
  readonly last: string | null;
  readonly ascending: boolean;
}

const tablesSql = `select format('%I.%I', n.nspname, c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
    and ${ownSchemas} and ${notOfExtension("pg_class", "c.oid")} order by 1`;

const sequencesSql = `select format('%I.%I', s.schemaname, s.sequencename) as name, s.last_value::text as last, s.increment_by > 0 as ascending
  from pg_sequences s join pg_namespace n on n.nspname = s.schemaname where ${ownSchemas}`;

const rolesSql = `select r.rolname as name from pg_roles r where r.oid in (
    select d.refobjid from pg_shdepend d where d.refclassid = 'pg_authid'::regclass
      and d.dbid = (select oid from pg_database where datname = current_database())
    union select datdba from pg_database where datname = current_database())`;

/** How a table's digest stands in a snapshot. */
const digestText = /^(\d+) rows, digest (-?\d+)$/;

/** Whether there is anything in a database to read. */
export async function holdsTables(client: ClientBase): Promise<boolean> {
  const { rowCount } = await client.query(`${tablesSql} limit 1`);
  return rowCount === 1;
}

/** Counts, digests and describes all of a database. */
export async function readDatabase(client: ClientBase, node: string): Promise<DatabaseContent> {
  const { rows: names } = await client.query<{ name: string }>(tablesSql);
  const collected = await collectPostgresIntegrity(client, { node, tables: names.map(({ name }) => name) });
  const tables = new Map<string, TableContent>();
  const unread = new Map<string, string>();
  for (const { name } of names) {
    const result = collected.checks[`table ${name}`];
    const [, rows, digest] = digestText.exec(result?.ran === true ? (result.objects[name] ?? "") : "") ?? [];
    if (rows !== undefined && digest !== undefined) tables.set(name, { rows, digest });
    else unread.set(name, result?.ran === false ? result.reason : "it was not read");
  }
  const { rows: sequences } = await client.query<SequenceState & { name: string }>(sequencesSql);
  const { rows: roles } = await client.query<{ name: string }>(rolesSql);
  const checks = Object.entries(collected.checks).filter(([name]) => !name.startsWith("table "));
  return {
    integrity: { ...collected, checks: Object.fromEntries(checks) },
    tables,
    unread,
    sequences: new Map(sequences.map(({ name, ...state }) => [name, state])),
    roles: roles.map(({ name }) => name),
  };
}

/** Of all tables together. */
export function countRows(tables: ReadonlyMap<string, { readonly rows: string }>): bigint {
  return [...tables.values()].reduce((sum, { rows }) => sum + BigInt(rows), 0n);
}
