import type { Client } from "pg";
import type { StartedTopology } from "../topology/started-topology.ts";
import { damageFault, notDamaged } from "./damage.ts";
import { inTransaction, readText } from "./damaged-server.ts";
import type { Fault } from "./fault.ts";

/** Rows of a table, by a condition that they meet before the damage and after it. */
export interface RowsOf {
  readonly service: string;
  /** Schema-qualified. */
  readonly table: string;
  /** SQL condition on columns that the damage leaves alone; clients may not write such rows meanwhile. */
  readonly where: string;
}

interface RowDamage {
  readonly verb: string;
  /** For `plan`, without the rows: `deletes`. */
  readonly does: string;
  readonly damage: (client: Client) => Promise<unknown>;
}

/** Damage to rows that is undone by putting back, under the same ids, exactly the rows that were there. */
export function rowDamage({ service, table, where }: RowsOf, { verb, does, damage }: RowDamage): Fault {
  return damageFault({
    name: `${verb}(${table})`,
    service,
    does: `${does} rows of ${table} where ${where}`,
    read: (topology) => readRows(topology, { service, table, where }),
    inject: async (topology) => {
      const saved = await inTransaction(topology, service, async (client) => {
        const { rows } = await client.query<{ text: string }>(
          `select t::text as text from ${table} t where ${where}`,
        );
        if (rows.length === 0)
          throw notDamaged(`rows of ${table} where ${where} to damage`, "none", "name rows that are there");
        await damage(client);
        return rows.map(({ text }) => text);
      });
      return () =>
        inTransaction(topology, service, async (client) => {
          await client.query(`delete from ${table} where ${where}`);
          await client.query(
            `insert into ${table} overriding system value select (r::${table}).* from unnest($1::text[]) r`,
            [saved],
          );
        });
    },
  });
}

function readRows(topology: StartedTopology, { service, table, where }: RowsOf): Promise<string> {
  return readText(
    topology,
    service,
    `select format('%s rows with digest %s', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)) as text
     from ${table} t where ${where}`,
  );
}
