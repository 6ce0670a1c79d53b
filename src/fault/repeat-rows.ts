import type { Client } from "pg";
import { rowDamage, type RowsOf } from "./damaged-rows.ts";
import type { Fault } from "./fault.ts";

/** Inserts rows once more, as a client that repeats a request does: what the server fills in is new. Lifting takes them out again. */
export function repeatRows(rows: RowsOf): Fault {
  const { table, where } = rows;
  return rowDamage(rows, {
    verb: "repeatRows",
    does: "inserts once more the",
    damage: async (client) => {
      const columns = await columnsOfClients(client, table);
      await client.query(`insert into ${table} (${columns}) select ${columns} from ${table} where ${where}`);
    },
  });
}

/** Those that the server does not fill in by itself. */
async function columnsOfClients(client: Client, table: string): Promise<string> {
  const { rows } = await client.query<{ columns: string }>(
    `select string_agg(quote_ident(attname), ', ') as columns from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and not atthasdef and attidentity = ''`,
    [table],
  );
  return rows[0]?.columns ?? "";
}
