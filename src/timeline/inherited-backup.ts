/** A backup that was there before the followed procedure began, as the job of an earlier day would have left it. */
export interface InheritedBackup {
  /** How the story calls it, once per run: `31 days old`. */
  readonly name: string;
  /** When its job began, in seconds since 1970 by the clock of the operations host. */
  readonly madeAt: number;
  /** A restore from it works; otherwise its job failed on the way. */
  readonly good: boolean;
  readonly files: readonly InheritedFile[];
}

export interface InheritedFile {
  /** `operator`: on the operations host; otherwise the service that stores objects, or `archive on` that. */
  readonly place: string;
  /** Absolute on the operator; key in the object store. */
  readonly path: string;
  /** Of its content, which no other file has. */
  readonly sha256: string;
}

/** What there was of one inherited backup in one place. */
export interface KeptBackup {
  readonly backup: string;
  readonly place: string;
  /** How many files of it were put there. */
  readonly files: number;
  /** How many of them stand at their path with their content, so that a restore finds them. */
  readonly whole: number;
  /** How many of them are left under whatever name, old versions in the object store included. */
  readonly left: number;
}

/** How long backups have to be kept, and the line that says so. */
export interface RetentionPromise {
  readonly seconds: number;
  /**
   * `instants`: every moment of that time can be reached. The newest backup that is older is needed for that, with the WAL after it,
   * and none before it. Default: each backup of that age.
   */
  readonly of?: "instants";
  readonly source: { readonly file: string; readonly line: number; readonly text: string };
}
