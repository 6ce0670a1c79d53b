import { damageFault, type Undoing } from "./damage.ts";
import { inContainerOf, inTransaction, readText } from "./damaged-server.ts";
import { postgresStore } from "./postgres-store.ts";
import type { Fault } from "./fault.ts";

/** With what refers to it: the foreign keys that go with a table that is dropped. */
const stateSql = `
select coalesce((select 'the table is there, referenced by ' || coalesce((
         select string_agg(format('%s of %s: %s', conname, conrelid::regclass, pg_get_constraintdef(oid)), ', ' order by conname)
         from pg_constraint where contype = 'f' and confrelid = to_regclass($1)), 'nothing')
       where to_regclass($1) is not null), 'there is no such table') as text`;

/**
 * Drops a table, and with it the foreign keys that refer to it. Lifting restores it from a dump of `pg_dump`, made just before, and
 * the foreign keys from their definitions. To be lifted, it can't be a table that clients write: what they wrote in between would be
 * lost with it.
 */
export function loseTable(service: string, table: string, { undoneBy = "lifting" }: Undoing = {}): Fault {
  return damageFault({
    name: `loseTable(${table})`,
    service,
    does: `drops ${table} and the foreign keys that refer to it, which replication copies at once`,
    undoneBy,
    read: (topology) => readText(topology, service, stateSql, [table]),
    inject: async (topology) => {
      const { adminUser, database } = postgresStore(topology);
      const as = ["-U", adminUser, "-d", database];
      const dump =
        undoneBy === "lifting" ? await inContainerOf(topology, service, ["pg_dump", ...as, "-t", table]) : "";
      const references = await inTransaction(topology, service, async (client) => {
        // The dump is restored without a search path, so every name needs its schema.
        await client.query("set local search_path = ''");
        const { rows } = await client.query<{ referencing: string; sql: string }>(
          `select conrelid::regclass::text as referencing,
                  format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as sql
           from pg_constraint where contype = 'f' and confrelid = $1::regclass and conrelid <> confrelid`,
          [table],
        );
        // In the order in which a client that writes a reference takes them: its table, then this one. DROP alone takes them the other
        // way round, and the two would wait for each other.
        for (const locked of new Set([...rows.map(({ referencing }) => referencing), table]))
          await client.query(`lock table ${locked} in access exclusive mode`);
        await client.query(`drop table ${table} cascade`);
        return rows.map(({ sql }) => sql);
      });
      return async () => {
        const psql = ["psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", ...as];
        await inContainerOf(topology, service, psql, {
          stdin: [dump, ...references.map((sql) => `${sql};`)].join("\n"),
        });
      };
    },
  });
}
