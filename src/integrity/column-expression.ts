/** A column as far as its digest depends on it. */
export interface DigestColumn {
  readonly name: string;
  /** Name of its type in `pg_catalog`; anything else for a type from elsewhere. */
  readonly type: string;
  /** Its collation calls different texts equal. */
  readonly collatesUnequal: boolean;
}

/** Types whose equality is equality of bytes and whose hash takes in every bit. */
const hashedAsTheyAre: ReadonlySet<string> = new Set([
  "bool",
  "bytea",
  "char",
  "date",
  "int2",
  "int4",
  "name",
  "oid",
  "text",
  "uuid",
  "varchar",
]);

/**
 * Types whose equality or hash loses something, by the function that gives their bytes: 1.0 equals 1.00, a month equals 30 days, -0
 * equals 0; and the hash of an 8-byte integer folds it to four, so that 1 and 4294967296 have the same.
 */
const sentAsBytes: ReadonlyMap<string, string> = new Map([
  ["float4", "float4send"],
  ["float8", "float8send"],
  ["int8", "int8send"],
  ["interval", "interval_send"],
  ["numeric", "numeric_send"],
  ["time", "time_send"],
  ["timestamp", "timestamp_send"],
  ["timestamptz", "timestamptz_send"],
  ["timetz", "timetz_send"],
]);

/**
 * What of a column goes into its row's hash, as SQL. Two values that print differently give different bytes; everything unknown
 * goes in as it prints, under pinned settings.
 */
export function columnExpression({ name, type, collatesUnequal }: DigestColumn): string {
  const column = `t.${quoteIdentifier(name)}`;
  const send = sentAsBytes.get(type);
  if (send !== undefined) return `${send}(${column})`;
  if (collatesUnequal) return `convert_to(${column}::text, 'UTF8')`;
  return hashedAsTheyAre.has(type) ? column : `${column}::text`;
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
