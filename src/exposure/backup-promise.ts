import type { DocumentLine, NotUnderstood } from "./document-line.ts";
import type { Schedule } from "./schedule.ts";

/**
 * How data is kept a second time. `backup`: the document schedules one and does not say of which kind. `base-backup`: a copy of the
 * files of a server, or a snapshot of its volume, to which WAL can be applied.
 */
export type MechanismKind = "dump" | "base-backup" | "backup" | "wal-archive" | "replication";

/** What is kept: the database, Redis, or the configuration of the deployment. */
export type Store = "database" | "redis" | "configuration";

/**
 * Where a copy lies. `same-volume` and `same-host` go with the server; `path`: a folder of which the document does not say on which
 * machine it is; `nowhere`: what is configured keeps nothing.
 */
export type Place =
  "object-store" | "git" | "remote" | "path" | "same-host" | "same-volume" | "nowhere" | "unknown";

export interface StoredAt {
  readonly place: Place;
  readonly text: string;
  readonly source: DocumentLine;
}

/** Seconds with the line that states them. */
export interface StatedSeconds {
  readonly seconds: number;
  readonly source: DocumentLine;
}

/** One mechanism that a document describes, with the line of everything it says of it. */
export interface Mechanism {
  readonly kind: MechanismKind;
  readonly store: Store;
  /** The line by which it is named. */
  readonly source: DocumentLine;
  readonly schedule: { readonly is: Schedule; readonly source: DocumentLine } | null;
  readonly retention: StatedSeconds | null;
  /** How finely a moment can be chosen, as promised. */
  readonly granularity: StatedSeconds | null;
  readonly storage: readonly StoredAt[];
  /** As written, `AES-256`; `none` where the document says that there is none. */
  readonly encryption: { readonly algorithm: string; readonly source: DocumentLine } | null;
  /** Of a replica: it waits for the replica's answer before it acknowledges. */
  readonly synchronous: DocumentLine | null;
  /** Of a replica: it stays that far behind on purpose. */
  readonly delay: StatedSeconds | null;
  /** Of a backup: it is uploaded only under a condition that the script tests. */
  readonly condition: DocumentLine | null;
}

/** A mechanism of which nothing more is known than that a line names it. */
export function blankMechanism(kind: MechanismKind, store: Store, source: DocumentLine): Mechanism {
  return {
    kind,
    store,
    source,
    schedule: null,
    retention: null,
    granularity: null,
    storage: [],
    encryption: null,
    synchronous: null,
    delay: null,
    condition: null,
  };
}

/** Settings of PostgreSQL's archiving, as a document states them. */
export interface ArchiveSettings {
  readonly mode: { readonly on: boolean; readonly source: DocumentLine } | null;
  /** The command or, with a library, its name. */
  readonly command: { readonly text: string; readonly source: DocumentLine } | null;
  /** 0 turns it off. */
  readonly timeout: StatedSeconds | null;
  readonly walLevel: { readonly text: string; readonly source: DocumentLine } | null;
}

export interface BackupPromises {
  readonly file: string;
  readonly mechanisms: readonly Mechanism[];
  readonly archive: ArchiveSettings;
  /** `pg_basebackup` and the like that fill a replica and keep nothing. */
  readonly replicaSeeds: readonly DocumentLine[];
  /** A base backup that is mentioned, where none is described: it exists, and nobody knows since when. */
  readonly mentionedBase: DocumentLine | null;
  /** The sentence that rests the RPO on replication. */
  readonly claimsReplication: DocumentLine | null;
  readonly notUnderstood: readonly NotUnderstood[];
}
