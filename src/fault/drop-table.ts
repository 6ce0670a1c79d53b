import { dataDamage } from "./data-damage.ts";
import type { Fault } from "./fault.ts";

/** Drops a table, as a migration on the wrong database would. A replica drops it in the same moment. */
export function dropTable(service: string, table: string): Fault {
  return dataDamage({
    name: `dropTable(${service}, ${table})`,
    service,
    blastRadius: `drops ${table} on ${service}, with all rows; replication copies that at once`,
    async damage(client) {
      // Clients hold its lock for moments only.
      await client.query("set lock_timeout = '20s'");
      await client.query(`drop table ${table}`);
    },
    async observe(client) {
      const { rows } = await client.query<{ relation: string | null }>(
        "select to_regclass($1)::text as relation",
        [table],
      );
      const isGone = rows[0]?.relation === null;
      return { inForce: isGone, detail: `${service} has ${isGone ? "no" : "the"} table ${table}` };
    },
  });
}
