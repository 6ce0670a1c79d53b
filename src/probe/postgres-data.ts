import type { Client } from "pg";
import { ownSchemas } from "../integrity/postgres-check.ts";
import { digestQuery, pinnedSettings, type TableDigest } from "../integrity/table-digest.ts";
import { baseRun } from "../topology/base-data.ts";
import type { PostgresStoreDefinition } from "../topology/system-definition.ts";
import { summarizeData } from "./summarize-data.ts";

/** How long one statement may take: what is locked or too large has no digest that is cheap. */
const statementMs = 400;

/** The system's tables that the workload does not write. It stays as it is for the length of a run. */
export type QuietTables = readonly string[];

/**
 * Digests what a primary holds and no client of the workload ever changes: which tables there are and of what columns, the data that
 * was there before the run, and every row of the system's tables but the one that the workload inserts into. There a row more is no
 * change: clients add rows all the time, and so may a verification.
 *
 * It is the state that counts and not what led to it (the server's counters of updated and deleted rows would): a table that was
 * made, written and dropped again leaves nothing. The probe's own schema is left out.
 */
export async function digestPostgresData(
  client: Client,
  scan: string,
  quietTables: QuietTables,
): Promise<string> {
  await client.query(`${pinnedSettings}; set statement_timeout = ${statementMs}`);
  const parts = [await digestSchema(client)];
  parts.push(await digestRows("base data", () => digestQuery(client, scan, [baseRun])));
  for (const name of quietTables) {
    parts.push(await digestRows(name, () => digestQuery(client, `select * from ${name}`, [])));
  }
  return summarizeData(parts);
}

/** Undefined while the workload's own table is not there, for then its statement has no plan. */
export async function findQuietTables(
  client: Client,
  { insert, tables }: PostgresStoreDefinition,
): Promise<QuietTables | undefined> {
  const written = await workloadTables(client, insert);
  if (written === undefined) return undefined;
  const named = await namedTables(client, tables);
  return named.flatMap(({ name, relation }) => (relation !== null && written.has(relation) ? [] : [name]));
}

interface DataPart {
  readonly text: string;
  readonly sum: string;
}

/** A table that is gone, or no longer has the columns, is a state too. */
async function digestRows(of: string, read: () => Promise<TableDigest>): Promise<DataPart> {
  try {
    const { rows, sum } = await read();
    return { text: `${rows} rows of ${of}`, sum };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    // Syntax error or access rule violation: among them that there is no such table, schema or column.
    if (!code.startsWith("42") && code !== "3F000") throw error;
    return { text: `no ${of}`, sum: code };
  }
}

/** 16384: the first object that is no part of the server itself. What is temporary goes with its session. */
const schemaSql = `
select count(distinct c.oid)::text as rows,
       coalesce(sum(hashtextextended(concat_ws(' ', n.nspname, c.relname, c.relkind, a.attname, a.atttypid), 0)), 0)::text as sum
from pg_class c join pg_namespace n on n.oid = c.relnamespace
left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.oid >= 16384 and c.relpersistence <> 't' and c.relkind in ('r', 'p', 'v', 'm', 'f') and ${ownSchemas}`;

async function digestSchema(client: Client): Promise<DataPart> {
  const [{ rows, sum } = { rows: "0", sum: "0" }] = (await client.query<TableDigest>(schemaSql)).rows;
  return { text: `${rows} tables`, sum };
}

/** The tables that the workload's own statement writes, as its plan says: the statement is not run. */
async function workloadTables(client: Client, insert: string): Promise<ReadonlySet<string> | undefined> {
  try {
    const { rows } = await client.query<{ "QUERY PLAN": readonly { readonly Plan: PlanNode }[] }>(
      `explain (verbose, format json) ${insert}`,
      [baseRun, "0", "0", ""],
    );
    return new Set(rows.flatMap((row) => row["QUERY PLAN"].flatMap(({ Plan }) => writtenBy(Plan))));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "42P01") return undefined;
    throw error;
  }
}

interface PlanNode {
  readonly "Node Type": string;
  readonly Schema?: string;
  readonly "Relation Name"?: string;
  readonly Plans?: readonly PlanNode[];
}

function writtenBy(node: PlanNode): string[] {
  const own =
    node["Node Type"] === "ModifyTable" && node["Relation Name"] !== undefined
      ? [`${node.Schema ?? ""}.${node["Relation Name"]}`]
      : [];
  return [...own, ...(node.Plans ?? []).flatMap(writtenBy)];
}

/** The tables as the system names them, and the catalogue's name for each; null for one that is not there. */
async function namedTables(
  client: Client,
  tables: readonly string[],
): Promise<readonly { readonly name: string; readonly relation: string | null }[]> {
  const { rows } = await client.query<{ name: string; relation: string | null }>(
    `select t as name, (select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                        where c.oid = to_regclass(t)) as relation
     from unnest($1::text[]) t`,
    [tables],
  );
  return rows;
}
