import { notOfExtension, ownSchemas, type PostgresCheck } from "./postgres-check.ts";

const relation = "format('%I.%I', n.nspname, c.relname)";

/** What tables, views, types and functions look like. */
export const schemaChecks: readonly PostgresCheck[] = [
  {
    name: "relations",
    sql: `select ${relation} as object,
                 concat_ws(' ', 'kind', c.relkind, 'persistence', c.relpersistence, 'identity', c.relreplident,
                   'owner', pg_get_userbyid(c.relowner), 'options', c.reloptions, 'rls', c.relrowsecurity, c.relforcerowsecurity,
                   pg_get_expr(c.relpartbound, c.oid), case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end) as state
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and ${ownSchemas} and ${notOfExtension("pg_class", "c.oid")}`,
  },
  {
    name: "columns",
    sql: `select format('%s.%I', ${relation}, a.attname) as object,
                 concat_ws(' ', row_number() over (partition by c.oid order by a.attnum), format_type(a.atttypid, a.atttypmod),
                   case when a.attnotnull then 'not null' end, 'default ' || pg_get_expr(ad.adbin, ad.adrelid),
                   'identity ' || nullif(a.attidentity::text, ''), 'generated ' || nullif(a.attgenerated::text, ''),
                   'collate ' || co.collname) as state
          from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
          left join pg_attrdef ad on ad.adrelid = c.oid and ad.adnum = a.attnum
          left join pg_collation co on co.oid = a.attcollation
          where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f') and ${ownSchemas}`,
  },
  {
    name: "constraints",
    sql: `select format('%s.%I', coalesce(${relation}, format('%I.%I', n.nspname, t.typname)), k.conname) as object,
                 concat_ws(' ', pg_get_constraintdef(k.oid),
                   case when k.convalidated then 'validated' else 'not validated' end) as state
          from pg_constraint k join pg_namespace n on n.oid = k.connamespace
          left join pg_class c on c.oid = k.conrelid left join pg_type t on t.oid = k.contypid
          where ${ownSchemas}`,
  },
  {
    name: "indexes",
    sql: `select ${relation} as object,
                 concat_ws(' ', pg_get_indexdef(c.oid), case when i.indisvalid then 'valid' else 'invalid' end,
                   case when not i.indisready then 'not ready' end, case when i.indisclustered then 'clustered' end) as state
          from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
          where ${ownSchemas}`,
  },
  {
    name: "triggers",
    sql: `select format('%s.%I', ${relation}, t.tgname) as object, concat_ws(' ', 'enabled', t.tgenabled, pg_get_triggerdef(t.oid)) as state
          from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
          where not t.tgisinternal and ${ownSchemas}`,
  },
  {
    name: "functions",
    sql: `select format('%I.%s', n.nspname, p.oid::regprocedure) as object,
                 concat_ws(' ', 'owner', pg_get_userbyid(p.proowner), 'md5',
                   md5(case when p.prokind = 'a' then pg_get_function_arguments(p.oid) else pg_get_functiondef(p.oid) end)) as state
          from pg_proc p join pg_namespace n on n.oid = p.pronamespace
          where ${ownSchemas} and ${notOfExtension("pg_proc", "p.oid")}`,
  },
  {
    name: "types",
    sql: `select format('%I.%I', n.nspname, t.typname) as object,
                 concat_ws(' ', 'kind', t.typtype, format_type(nullif(t.typbasetype, 0), t.typtypmod),
                   (select string_agg(quote_literal(e.enumlabel), ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid)) as state
          from pg_type t join pg_namespace n on n.oid = t.typnamespace
          where t.typtype in ('e', 'd', 'r', 'm') and ${ownSchemas} and ${notOfExtension("pg_type", "t.oid")}`,
  },
  {
    name: "policies",
    sql: `select format('%I.%I.%I', schemaname, tablename, policyname) as object,
                 concat_ws(' ', permissive, cmd, roles, 'using', qual, 'check', with_check) as state
          from pg_policies`,
  },
  {
    name: "extensions",
    sql: `select extname::text as object, extversion as state from pg_extension`,
  },
];
