import { ownSchemas, type PostgresCheck } from "./postgres-check.ts";

/** Settings that decide whether data is durable, and what an application reads back. */
const settings = [
  "archive_mode",
  "data_checksums",
  "default_transaction_isolation",
  "default_transaction_read_only",
  "DateStyle",
  "fsync",
  "full_page_writes",
  "integer_datetimes",
  "max_connections",
  "password_encryption",
  "row_security",
  "search_path",
  "server_encoding",
  "session_replication_role",
  "standard_conforming_strings",
  "synchronous_commit",
  "TimeZone",
  "wal_level",
];

/** The one number that a statement made at run time gives. */
function scalar(statement: string): string {
  return `(xpath('/table/row/*/text()', query_to_xml(${statement}, false, false, '')))[1]::text::numeric`;
}

/** What the server is set to, and what it knows to be wrong with its data. */
export const serverChecks: readonly PostgresCheck[] = [
  {
    name: "settings",
    // What this session pins for itself is not what the server gives to others: `reset_val` is.
    sql: `select name as object, coalesce(reset_val, '') as state from pg_settings
          where name = any('{${settings.join(",")}}')
          union all
          select 'database', concat_ws(' ', pg_encoding_to_char(encoding), datlocprovider, datcollate, datctype, datlocale,
                   'owner', pg_get_userbyid(datdba), case when datallowconn then 'open' else 'closed' end, 'limit', datconnlimit)
          from pg_database where datname = current_database()`,
  },
  {
    name: "unlogged-tables",
    // A replica has none of their rows: after a failover they are empty.
    sql: `select format('%I.%I', n.nspname, c.relname) as object,
                 case when (xpath('/row/has/text()', query_to_xml(format('select exists (select from %I.%I) as has', n.nspname, c.relname),
                   false, true, '')))[1]::text = 'true' then 'holds rows' else 'empty' end as state
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind = 'r' and c.relpersistence = 'u' and ${ownSchemas}`,
  },
  {
    name: "sequences",
    sql: `select format('%I.%I', schemaname, sequencename) as object,
                 concat_ws(' ', data_type, 'start', start_value, 'min', min_value, 'max', max_value, 'by', increment_by,
                   case when cycle then 'cycle' end, 'cache', cache_size) as state
          from pg_sequences`,
  },
  {
    name: "sequences-behind",
    // What the next value would collide with. A standby is ahead of its primary, which is no defect.
    sql: `select object, format('next value %s, and %s holds %s already', next, target, top) as state
          from (select format('%I.%I', n.nspname, s.relname) as object, format('%I.%I.%I', tn.nspname, t.relname, a.attname) as target,
                       q.seqincrement > 0 as ascending,
                       ${scalar(`format('select case when is_called then last_value + %s else last_value end from %I.%I',
                         q.seqincrement, n.nspname, s.relname)`)} as next,
                       ${scalar(`format('select %s(%I) from %I.%I', case when q.seqincrement > 0 then 'max' else 'min' end,
                         a.attname, tn.nspname, t.relname)`)} as top
                from pg_class s join pg_namespace n on n.oid = s.relnamespace join pg_sequence q on q.seqrelid = s.oid
                join lateral (
                  select refobjid as relation, refobjsubid as attribute from pg_depend
                  where classid = 'pg_class'::regclass and objid = s.oid and refclassid = 'pg_class'::regclass
                    and deptype in ('a', 'i') and refobjsubid > 0
                  union
                  select ad.adrelid, ad.adnum from pg_depend d join pg_attrdef ad on ad.oid = d.objid
                  where d.classid = 'pg_attrdef'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = s.oid
                ) used on true
                join pg_class t on t.oid = used.relation join pg_namespace tn on tn.oid = t.relnamespace
                join pg_attribute a on a.attrelid = t.oid and a.attnum = used.attribute
                where s.relkind = 'S' and a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
                  and ${ownSchemas}) found
          where top is not null and case when ascending then next <= top else next >= top end`,
  },
  {
    name: "checksum-failures",
    sql: `select coalesce(datname, 'shared objects') as object, checksum_failures::text as state
          from pg_stat_database where checksum_failures > 0`,
  },
];
