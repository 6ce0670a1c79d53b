import type { ClientBase } from "pg";
import { columnExpression, quoteIdentifier, type DigestColumn } from "./column-expression.ts";

/** A table's rows as two numbers. Equal for equal rows in any order; kept as text, for they exceed 2^53. */
export interface TableDigest {
  readonly rows: string;
  /** Sum of the rows' 64-bit hashes, not cut off. A sum and no XOR, in which a row that is there twice would vanish. */
  readonly sum: string;
}

/** For what has no binary form, the form that it prints in must not depend on who asks. */
export const pinnedSettings = `set TimeZone = 'UTC'; set DateStyle = 'ISO, YMD'; set IntervalStyle = 'postgres';
  set bytea_output = 'hex'; set extra_float_digits = 1; set xmloption = 'content'; set lc_monetary = 'C'`;

/** Digests one table, schema-qualified as in `public.tradelog`; partitions and children are part of it. */
export async function digestTable(client: ClientBase, table: string): Promise<TableDigest> {
  const { from, rowHash } = await describeTable(client, table);
  const { rows } = await client.query<TableDigest>(
    `select count(*)::text as rows, coalesce(sum(${rowHash}), 0)::text as sum from ${from} t`,
  );
  const digest = rows[0];
  if (digest === undefined) throw new Error(`the digest of ${table} is empty`);
  return { rows: digest.rows, sum: digest.sum };
}

/** Digests what a query gives, row by row as it prints. `values` are its parameters. */
export async function digestQuery(
  client: ClientBase,
  sql: string,
  values: readonly unknown[],
): Promise<TableDigest> {
  const { rows } = await client.query<TableDigest>(
    `select count(*)::text as rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text as sum
     from (${sql.trim().replace(/;$/, "")}) t`,
    [...values],
  );
  const digest = rows[0];
  if (digest === undefined) throw new Error("the digest of a query is empty");
  return { rows: digest.rows, sum: digest.sum };
}

export interface DescribedTable {
  /** Quoted name. */
  readonly from: string;
  /** SQL for the hash of one row `t`. */
  readonly rowHash: string;
  /** Columns of its primary key, quoted; empty when it has none. */
  readonly key: readonly string[];
}

const columnsSql = `
select a.attname as name,
       case when tn.nspname = 'pg_catalog' and ty.typtype = 'b' then ty.typname else '' end as type,
       coalesce(not co.collisdeterministic, false) as "collatesUnequal",
       format('%I.%I', n.nspname, c.relname) as relation,
       coalesce(a.attnum = any(i.indkey::int2[]), false) as "inKey"
from pg_class c join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type ty on ty.oid = a.atttypid join pg_namespace tn on tn.oid = ty.typnamespace
left join pg_collation co on co.oid = a.attcollation
left join pg_index i on i.indrelid = c.oid and i.indisprimary
where c.oid = $1::regclass order by a.attnum`;

/** Reads which columns a table has and makes of them the hash of a row. */
export async function describeTable(client: ClientBase, table: string): Promise<DescribedTable> {
  const { rows } = await client.query<DigestColumn & { relation: string; inKey: boolean }>(columnsSql, [
    table,
  ]);
  const relation = rows[0]?.relation;
  // A table of no columns still has rows, and each is like the other.
  if (relation === undefined) return { from: table, rowHash: "0", key: [] };
  const rowHash = `hash_record_extended(row(${rows.map(columnExpression).join(", ")}), 0)`;
  return {
    from: relation,
    rowHash,
    key: rows.filter(({ inKey }) => inKey).map(({ name }) => quoteIdentifier(name)),
  };
}
