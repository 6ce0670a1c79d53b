/**
 * A transactional message: WAL and a commit of its own. It needs no table nor any right to one, and leaves nothing that a backup of
 * the database would have to be allowed to read.
 */
export const commitSql = "select pg_logical_emit_message(true, 'drill-probe', '')";

/** What the probes leave in Redis, named so that no digest or scan takes it for the system's own. Expires by itself. */
export const probeKey = "drill:probe";

/** What is written on a primary of Redis to see it arrive on its replica. Expires by itself. */
export const arrivalKey = "drill:arrival";

/** Keys of the probes, which are no part of what a system holds. */
export const probeKeys: ReadonlySet<string> = new Set([probeKey, arrivalKey]);
