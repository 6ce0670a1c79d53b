import type { Client } from "pg";
import { quoteIdentifier } from "../integrity/column-expression.ts";
import { ownSchemas } from "../integrity/postgres-check.ts";

const columnsSql = `select format('%I.%I', n.nspname, c.relname) as table, array_agg(a.attname::text order by a.attnum) as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid and t.typcategory in ('S', 'U')
  where c.relkind in ('r', 'p') and not c.relispartition and ${ownSchemas} group by 1 order by 1`;

/** The columns of tables, as `public.canary.token`, in which some row holds exactly this text. */
export async function findCanary(client: Client, token: string): Promise<string[]> {
  const { rows: tables } = await client.query<{ table: string; columns: string[] }>(columnsSql);
  const found: string[] = [];
  for (const { table, columns } of tables) {
    const tests = columns.map((column) => `bool_or(${quoteIdentifier(column)}::text = $1)`);
    const { rows } = await client.query<(boolean | null)[]>({
      text: `select ${tests.join(", ")} from ${table}`,
      values: [token],
      rowMode: "array",
    });
    columns.forEach((column, index) => {
      if (rows[0]?.[index] === true) found.push(`${table}.${quoteIdentifier(column)}`);
    });
  }
  return found;
}
