import { HarnessError } from "../harness-error.ts";
import type { BackupFile } from "./backup-file.ts";

/** A pgBackRest repository, in a folder of the host or in a bucket, which is read and never written. */
export interface Repository extends BackupFile {
  readonly stanza: string;
  /** Its description of the backups begins as pgBackRest's encrypted files do. */
  readonly isEncrypted: boolean;
  /** Paths of its files, relative to it. */
  readonly files: readonly string[];
}

/** Where pgBackRest keeps what belongs to a stanza. */
export const repositoryParts = ["archive", "backup"] as const;

/**
 * The stanza to verify.
 *
 * @param stanzas those that the repository at `path` has
 * @throws HarnessError 65 where there is none, 64 where there are several and none of them is named
 */
export function chooseStanza(path: string, stanzas: readonly string[], asked: string | undefined): string {
  const [only] = stanzas;
  if (only === undefined) {
    throw new HarnessError(
      `Expected ${path} to be a pgBackRest repository, with backup/STANZA and archive/STANZA in it, found none; name its repo1-path, or a file.`,
      { code: "not-a-backup", exitStatus: 65 },
    );
  }
  if (asked === undefined ? stanzas.length === 1 : stanzas.includes(asked)) return asked ?? only;
  throw new HarnessError(
    `Expected --stanza to name a stanza of the repository ${path}, found ${asked ?? "none named"}; it has ${stanzas.join(", ")}.`,
    { code: "unknown-stanza", exitStatus: 64 },
  );
}
