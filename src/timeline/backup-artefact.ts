/** What the first bytes of a file say that it is. */
export type ArtefactFormat =
  | "cms-authenticated"
  | "cms"
  | "openpgp"
  | "age"
  | "salted"
  | "gzip"
  | "zstd"
  | "tar"
  | "pg-custom"
  | "sql"
  | "rdb"
  | "json"
  | "checksum"
  | "text"
  | "empty"
  | "unknown";

/** One file that a backup left. */
export interface BackupArtefact {
  /** `operator`: on the operations host; otherwise the service that stores objects. */
  readonly place: string;
  /** Absolute on the operator; key in the object store. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly format: ArtefactFormat;
}
