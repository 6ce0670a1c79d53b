import { damageFault, notDamaged } from "./damage.ts";
import { onPostgres, readText } from "./damaged-server.ts";
import type { Fault } from "./fault.ts";

export interface EveryRowOf {
  readonly service: string;
  /** Schema-qualified, as in SQL. */
  readonly table: string;
}

/**
 * Gives one column of every row of a table the same value: an UPDATE whose WHERE was forgotten. A replica has it in the same moment.
 * Only a recovery undoes it. By a value that no sound row has, the damage is recognised.
 */
export function alterEveryRow(
  { service, table }: EveryRowOf,
  { column, to }: { readonly column: string; readonly to: string },
): Fault {
  return damageFault({
    name: `alterEveryRow(${table})`,
    service,
    does: `changes ${column} in every row of ${table}, which replication copies at once`,
    undoneBy: "recovery",
    read: async (topology) => {
      const count = `select count(*)::text as text from ${table} where ${column} = $1`;
      return `${await readText(topology, service, count, [to])} rows of ${table} on ${service} have the ${column} ${to}`;
    },
    inject: (topology) =>
      onPostgres(topology, service, async (client) => {
        const { rowCount } = await client.query(`update ${table} set ${column} = $1`, [to]);
        if (rowCount === 0)
          throw notDamaged(`rows of ${table} to damage`, "none", "name a table that has some");
      }),
  });
}
