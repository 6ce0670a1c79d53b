import { ownSchemas, type PostgresCheck } from "./postgres-check.ts";

/** One line for each right, whatever order the server keeps them in. A null list means what the server gives by default. */
function grants(list: string, type: string, owner: string): string {
  return `(select string_agg(format('%s:%s%s', coalesce(pg_get_userbyid(nullif(x.grantee, 0)), 'public'), x.privilege_type,
             case when x.is_grantable then '*' else '' end), ' ' order by coalesce(pg_get_userbyid(nullif(x.grantee, 0)), 'public'), x.privilege_type)
           from aclexplode(coalesce(${list}, acldefault('${type}', ${owner}))) x)`;
}

/** Who exists and who may do what. */
export const accessChecks: readonly PostgresCheck[] = [
  {
    name: "roles",
    // The password's digest of a digest: tells a change, and gives nothing away.
    sql: `select format('role %I', a.rolname) as object,
                 concat_ws(' ', case when a.rolsuper then 'superuser' end, case when a.rolinherit then 'inherit' end,
                   case when a.rolcreaterole then 'createrole' end, case when a.rolcreatedb then 'createdb' end,
                   case when a.rolcanlogin then 'login' end, case when a.rolreplication then 'replication' end,
                   case when a.rolbypassrls then 'bypassrls' end, 'limit', a.rolconnlimit, 'until ' || a.rolvaliduntil,
                   'password ' || md5(a.rolpassword),
                   'member of ' || (select string_agg(pg_get_userbyid(m.roleid), ',' order by pg_get_userbyid(m.roleid))
                                    from pg_auth_members m where m.member = a.oid)) as state
          from pg_authid a where a.rolname !~ '^pg_'`,
  },
  {
    name: "role-settings",
    sql: `select format('%s in %s', coalesce(r.rolname, 'all roles'), coalesce(d.datname, 'all databases')) as object,
                 array_to_string(array(select unnest(s.setconfig) order by 1), ' ') as state
          from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase`,
  },
  {
    name: "grants",
    sql: `select format('relation %I.%I', n.nspname, c.relname) as object,
                 ${grants("c.relacl", "r", "c.relowner")} as state
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p', 'v', 'm', 'f') and ${ownSchemas}
          union all
          select format('sequence %I.%I', n.nspname, c.relname), ${grants("c.relacl", "s", "c.relowner")}
          from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'S' and ${ownSchemas}
          union all
          select format('column %I.%I.%I', n.nspname, c.relname, a.attname), ${grants("a.attacl", "c", "c.relowner")}
          from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
          where a.attacl is not null and not a.attisdropped and ${ownSchemas}
          union all
          select format('schema %I', n.nspname), ${grants("n.nspacl", "n", "n.nspowner")}
          from pg_namespace n where ${ownSchemas}
          union all
          select format('function %s', p.oid::regprocedure), ${grants("p.proacl", "f", "p.proowner")}
          from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${ownSchemas}
          union all
          select 'database', ${grants("d.datacl", "d", "d.datdba")} from pg_database d where d.datname = current_database()
          union all
          select format('default of %s in %s for %s', pg_get_userbyid(a.defaclrole), coalesce(n.nspname, 'all schemas'), a.defaclobjtype),
                 array_to_string(array(select unnest(a.defaclacl)::text order by 1), ' ')
          from pg_default_acl a left join pg_namespace n on n.oid = a.defaclnamespace`,
  },
];
