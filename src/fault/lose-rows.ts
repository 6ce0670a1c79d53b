import { rowDamage, type RowsOf } from "./damaged-rows.ts";
import type { Fault } from "./fault.ts";

/** Deletes rows, as a statement with too wide a condition would. Lifting puts them back. */
export function loseRows(rows: RowsOf): Fault {
  const { table, where } = rows;
  return rowDamage(rows, {
    verb: "loseRows",
    does: "deletes",
    damage: (client) => client.query(`delete from ${table} where ${where}`),
  });
}
