/** A backup as the job of an earlier day left it, told by the story. */
export interface EarlierBackup {
  /** How reasons and report call it, once per run: `31 days old`. */
  readonly name: string;
  /** How long ago its job began. */
  readonly ageSeconds: number;
  /** A restore from it works; otherwise its job failed on the way. */
  readonly good: boolean;
  /** Somebody deleted its objects by their names alone, in a bucket that keeps versions. Default false. */
  readonly deletedByName?: boolean;
  /** What its job left, by when it began. No two files of a run may have the same content: they are found again by it. */
  files(madeAt: Date): readonly EarlierFile[];
}

/** A base backup of an earlier day, with the WAL from then to the next. */
export interface EarlierBaseBackup {
  /** How reasons and report call it, once per run: `8 d`. */
  readonly name: string;
  readonly ageSeconds: number;
}

export interface EarlierFile {
  readonly where: "operations-host" | "object-store";
  /** Absolute path on the operations host; key in the object store. */
  readonly path: string;
  readonly content: string | Uint8Array;
}
