-- What a backup of this database has to bring back, as one JSON document (drill-backup-manifest, version 1): run it in the snapshot
-- that pg_dump uses. Needs PostgreSQL 14 or later and the right to read every table that is dumped.
set local search_path = pg_catalog;
set local row_security = off;
set local TimeZone = 'UTC';
set local DateStyle = 'ISO, YMD';
set local IntervalStyle = 'postgres';
set local bytea_output = 'hex';
set local extra_float_digits = 1;
set local xmloption = 'content';
set local lc_monetary = 'C';
with own_schema as (
  select oid, nspname from pg_namespace
  where nspname !~ '^pg_' and nspname <> 'information_schema'
), own_table as (
  select c.oid, format('%I.%I', n.nspname, c.relname) as name
  from pg_class c join own_schema n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
), row_hash as (
  -- Values that print differently give different bytes: a type whose equality or hash loses something goes in by its binary form, an
  -- unknown one as it prints.
  select t.name, coalesce('hash_record_extended(row(' || string_agg(case
      when ns.nspname = 'pg_catalog' and ty.typtype = 'b' and ty.typname in ('float4', 'float8', 'int8')
        then format('%ssend(t.%I)', ty.typname, a.attname)
      when ns.nspname = 'pg_catalog' and ty.typtype = 'b'
        and ty.typname in ('interval', 'numeric', 'time', 'timestamp', 'timestamptz', 'timetz')
        then format('%s_send(t.%I)', ty.typname, a.attname)
      when not co.collisdeterministic then format('convert_to(t.%I::text, ''UTF8'')', a.attname)
      when ns.nspname = 'pg_catalog' and ty.typtype = 'b'
        and ty.typname in ('bool', 'bytea', 'char', 'date', 'int2', 'int4', 'name', 'oid', 'text', 'uuid', 'varchar')
        then format('t.%I', a.attname)
      else format('t.%I::text', a.attname) end, ', ' order by a.attnum) filter (where a.attnum is not null) || '), 0)', '0') as expression
  from own_table t
  left join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
  left join pg_type ty on ty.oid = a.atttypid left join pg_namespace ns on ns.oid = ty.typnamespace
  left join pg_collation co on co.oid = a.attcollation
  group by t.name
), digest as materialized (
  select name, query_to_xml(format('select count(*) as n, coalesce(sum(%s), 0)::text as d from %s t', expression, name),
    false, false, '') as result
  from row_hash
)
select json_build_object(
  'format', 'drill-backup-manifest',
  'version', 1,
  'complete', true,
  'takenAt', to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'database', current_database(),
  'serverVersion', current_setting('server_version'),
  'snapshot', pg_current_snapshot()::text,
  'tables', (select coalesce(json_object_agg(name, json_build_object(
      'rows', (xpath('/table/row/n/text()', result))[1]::text,
      'digest', (xpath('/table/row/d/text()', result))[1]::text) order by name), '{}') from digest),
  'sequences', (select coalesce(json_object_agg(format('%I.%I', s.schemaname, s.sequencename), s.last_value::text), '{}')
    from pg_sequences s join own_schema n on n.nspname = s.schemaname),
  'roles', (select coalesce(json_agg(distinct r.rolname), '[]') from pg_roles r where r.oid in (
      select d.refobjid from pg_shdepend d
      where d.refclassid = 'pg_authid'::regclass
        and d.dbid = (select oid from pg_database where datname = current_database())
      union select datdba from pg_database where datname = current_database()))
);
