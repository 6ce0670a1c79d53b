import { damageFault, notDamaged } from "./damage.ts";
import { inTransaction, onPostgres } from "./damaged-server.ts";
import type { Fault } from "./fault.ts";

export interface IndexEntriesOf {
  readonly service: string;
  readonly table: string;
  readonly index: string;
  /** Rows whose entries go, by a condition that the index serves; clients may not write such rows meanwhile. */
  readonly where: string;
}

const byIndex = "set local enable_seqscan = off";
const byTable =
  "set local enable_seqscan = on; set local enable_indexscan = off; set local enable_bitmapscan = off; set local enable_indexonlyscan = off";

/**
 * Takes the entries of rows out of an index: who looks by the index does not find them, who reads the table does. The rows are moved
 * within the table in one transaction in which the server takes the index for one that needs no entries yet, so that nobody sees
 * another state between. Lifting builds the index anew.
 */
export function loseIndexEntry({ service, table, index, where }: IndexEntriesOf): Fault {
  return damageFault({
    name: `loseIndexEntry(${index})`,
    service,
    does: `takes the entries of ${table} where ${where} out of ${index}`,
    read: (topology) =>
      inTransaction(topology, service, async (client) => {
        const count = async (how: string): Promise<string> => {
          await client.query(how);
          const { rows } = await client.query<{ n: string }>(
            `select count(*)::text as n from ${table} where ${where}`,
          );
          return rows[0]?.n ?? "0";
        };
        return `${await count(byIndex)} rows by an index, ${await count(byTable)} in the table`;
      }),
    inject: async (topology) => {
      await inTransaction(topology, service, async (client) => {
        const ready = "update pg_index set indisready = $2 where indexrelid = $1::regclass";
        await client.query(ready, [index, false]);
        const { rowCount } = await client.query(
          `with moved as (delete from ${table} where ${where} returning *)
           insert into ${table} overriding system value select * from moved`,
        );
        if (rowCount === 0)
          throw notDamaged(`rows of ${table} where ${where} to damage`, "none", "name rows that are there");
        await client.query(ready, [index, true]);
      });
      return () => onPostgres(topology, service, (client) => client.query(`reindex index ${index}`));
    },
  });
}
