/** What became of WAL that a server finished while the run looked. */
export interface ArchivingObservation {
  readonly node: string;
  /** As the running server says. */
  readonly settings: ArchiveSettings;
  /** `pg_stat_archiver` before the first segment and after the last look: what the server believes. */
  readonly before: ArchiverState;
  readonly after: ArchiverState;
  /** In the order in which they were finished. */
  readonly segments: readonly FinishedSegment[];
  /** Another content under the name of an archived segment; undefined where none had arrived that it could have replaced. */
  readonly overwrite?: OverwriteAttempt;
}

export interface ArchiveSettings {
  readonly mode: string;
  readonly command: string;
  /** 0: a segment leaves only when it is full. */
  readonly timeoutSeconds: number;
}

export interface ArchiverState {
  readonly archived: number;
  readonly failed: number;
  readonly lastArchived?: string;
  readonly lastFailed?: string;
}

export interface FinishedSegment {
  readonly segment: string;
  /** From its end until the server itself had it back from the archive, or gave up. */
  readonly waitedSeconds: number;
  /** What each server got for it, the one that wrote it first. */
  readonly copies: readonly FetchedSegment[];
}

export interface FetchedSegment {
  readonly service: string;
  /** `same`: byte by byte what the server wrote. */
  readonly content: "same" | "different" | "none";
  /** What the command that fetches it said, where it got none. */
  readonly detail: string;
}

export interface OverwriteAttempt {
  readonly segment: string;
  readonly exitStatus: number;
  /** What the archive gives out under that name afterwards is what was there before. */
  readonly unchanged: boolean;
  /** What the command said. */
  readonly detail: string;
}
