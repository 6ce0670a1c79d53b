/**
 * What the probes leave in a system: one schema and one key, named so that no digest, fingerprint or scan of the system takes them
 * for its own.
 */
export const probeSchema = "drill_probe";
/** Redis: expires by itself. */
export const probeKey = "drill:probe";
