/** One check of a PostgreSQL database. */
export interface PostgresCheck {
  readonly name: string;
  /**
   * Returns `object` and `state`, both text. No identifier that a restore gives anew (an OID, a file node) stands in them. A check
   * for defects returns nothing for a sound database.
   */
  readonly sql: string;
}

/** Schemas of the server itself are not the system's. `n` is `pg_namespace`. */
export const ownSchemas = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;

/** Objects that belong to an extension come and go with it. */
export function notOfExtension(catalog: string, oid: string): string {
  return `not exists (select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = ${oid} and d.deptype = 'e')`;
}
