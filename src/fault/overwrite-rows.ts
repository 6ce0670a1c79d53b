import { dataDamage } from "./data-damage.ts";
import type { Fault } from "./fault.ts";

/** What an UPDATE without WHERE writes, and where. */
export interface Overwriting {
  /** Schema-qualified, as in SQL. */
  readonly table: string;
  readonly column: string;
  /** A value that no sound row has: by it the damage is recognised. */
  readonly value: string;
}

/** Overwrites a column of every row of a table: an UPDATE whose WHERE was forgotten. A replica has it in the same moment. */
export function overwriteRows(service: string, { table, column, value }: Overwriting): Fault {
  return dataDamage({
    name: `overwriteRows(${service}, ${table}.${column})`,
    service,
    blastRadius: `overwrites ${column} in every row of ${table} on ${service}; replication copies that at once`,
    async damage(client) {
      const { rowCount } = await client.query(`update ${table} set ${column} = $1`, [value]);
      if (rowCount === null || rowCount === 0) throw new Error(`no row in ${table}`);
    },
    async observe(client) {
      const { rows } = await client.query<{ overwritten: string; all: string }>(
        `select count(*) filter (where ${column} = $1) as overwritten, count(*) as all from ${table}`,
        [value],
      );
      const { overwritten = "0", all = "0" } = rows[0] ?? {};
      return {
        inForce: overwritten !== "0",
        detail: `${overwritten} of ${all} rows of ${table} on ${service} have the ${column} ${value}`,
      };
    },
  });
}
