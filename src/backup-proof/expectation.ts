import type { IntegritySnapshot } from "../integrity/integrity-snapshot.ts";
import type { Manifest } from "./manifest.ts";
import type { DatabaseContent } from "./restored-database.ts";

/** What has to be in the restored database, said by something other than the backup itself. */
export interface Expectation {
  readonly origin: "manifest" | "source";
  /** For sentences: `the manifest abtpro.json`, `the source abtpro_db on db.example.org`. */
  readonly label: string;
  /** Every table is named: another one does not belong. */
  readonly complete: boolean;
  readonly tables: ReadonlyMap<string, ExpectedTable>;
  /** Why nothing is known of a table that is there, by name. */
  readonly unread: ReadonlyMap<string, string>;
  /** Last value by name; null for one that was never used. */
  readonly sequences: ReadonlyMap<string, string | null>;
  readonly roles: readonly string[];
  readonly takenAt?: Date;
  /** Schema, rights and the rest, where they were collected. */
  readonly structure?: IntegritySnapshot;
}

export interface ExpectedTable {
  readonly rows: string;
  readonly digest?: string;
}

export function expectationOfManifest(manifest: Manifest, path: string): Expectation {
  return {
    origin: "manifest",
    label: `the manifest ${path}`,
    complete: manifest.complete,
    tables: new Map(
      Object.entries(manifest.tables).map(([name, { rows, digest }]) => [
        name,
        digest === undefined ? { rows } : { rows, digest },
      ]),
    ),
    unread: new Map(),
    sequences: new Map(Object.entries(manifest.sequences)),
    roles: manifest.roles,
    ...(manifest.takenAt === undefined ? {} : { takenAt: new Date(manifest.takenAt) }),
  };
}

export function expectationOfSource(content: DatabaseContent, label: string): Expectation {
  return {
    origin: "source",
    label,
    complete: true,
    tables: content.tables,
    unread: content.unread,
    sequences: new Map([...content.sequences].map(([name, { last }]) => [name, last])),
    roles: content.roles,
    structure: content.integrity,
  };
}

/** Whether comparing with it could have failed: an expectation of no rows is met by nothing at all. */
export function canFail({ tables }: Expectation): boolean {
  return [...tables.values()].some(({ rows }) => rows !== "0");
}
