import { damageFault } from "./damage.ts";
import { onPostgres, readText } from "./damaged-server.ts";
import type { Fault } from "./fault.ts";

export interface GrantOf {
  readonly service: string;
  readonly table: string;
  /** As in `GRANT`: `INSERT`. */
  readonly privilege: string;
  readonly role: string;
}

/** Takes a privilege on a table from a role, as a restore without grants does. Lifting grants it again. */
export function loseGrant({ service, table, privilege, role }: GrantOf): Fault {
  return damageFault({
    name: `loseGrant(${privilege} on ${table})`,
    service,
    does: `revokes ${privilege} on ${table} from ${role}`,
    read: (topology) =>
      readText(
        topology,
        service,
        `select format('%s may %s', $2::text, string_agg(privilege_type, ', ' order by privilege_type)) as text
         from pg_class c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) x
         where c.oid = $1::regclass and x.grantee = $2::regrole`,
        [table, role],
      ),
    inject: async (topology) => {
      const change = (sql: string): Promise<unknown> =>
        onPostgres(topology, service, (client) => client.query(sql));
      await change(`revoke ${privilege} on ${table} from ${role}`);
      return () => change(`grant ${privilege} on ${table} to ${role}`);
    },
  });
}
