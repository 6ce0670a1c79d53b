import { damageFault, notDamaged } from "./damage.ts";
import { onPostgres, readText } from "./damaged-server.ts";
import type { Fault } from "./fault.ts";

export interface ConstraintOf {
  readonly service: string;
  readonly table: string;
  readonly constraint: string;
}

const definitionSql = `
select (select pg_get_constraintdef(oid) from pg_constraint where conrelid = $1::regclass and conname = $2) as text`;

/** Drops a constraint: from now on nothing keeps out what it kept out. Lifting adds it again, and the server validates it. */
export function loseConstraint({ service, table, constraint }: ConstraintOf): Fault {
  const name = `${constraint} of ${table}`;
  return damageFault({
    name: `loseConstraint(${name})`,
    service,
    does: `drops the constraint ${name}`,
    read: (topology) => readText(topology, service, definitionSql, [table, constraint]),
    inject: async (topology) => {
      const definition = await readText(topology, service, definitionSql, [table, constraint]);
      if (definition === "nothing")
        throw notDamaged(`the constraint ${name} to drop`, "none", "name one that is there");
      await onPostgres(topology, service, (client) =>
        client.query(`alter table ${table} drop constraint ${constraint}`),
      );
      return () =>
        onPostgres(topology, service, (client) =>
          client.query(`alter table ${table} add constraint ${constraint} ${definition}`),
        );
    },
  });
}
