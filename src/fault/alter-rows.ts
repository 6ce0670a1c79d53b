import { rowDamage, type RowsOf } from "./damaged-rows.ts";
import type { Fault } from "./fault.ts";

/** Gives one column of rows another value; their number stays. Lifting puts the old rows back. */
export function alterRows(
  rows: RowsOf,
  { column, to }: { readonly column: string; readonly to: string },
): Fault {
  const { table, where } = rows;
  return rowDamage(rows, {
    verb: "alterRows",
    does: `changes ${column} of`,
    damage: (client) => client.query(`update ${table} set ${column} = $1 where ${where}`, [to]),
  });
}
