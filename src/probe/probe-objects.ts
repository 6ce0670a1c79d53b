/**
 * A transactional message: WAL and a commit of its own. It needs no table nor any right to one, and leaves nothing that a backup of
 * the database would have to be allowed to read.
 */
export const commitSql = "select pg_logical_emit_message(true, 'drill-probe', '')";

/** What the probes leave in Redis, named so that no digest or scan takes it for the system's own. Expires by itself. */
export const probeKey = "drill:probe";
