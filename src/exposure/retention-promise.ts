import type { RetentionPromise } from "../timeline/inherited-backup.ts";
import { readBackupPromises } from "./read-backup-promises.ts";

/** How long a document promises to keep backups of the database; undefined where it does not say. */
export function retentionPromise(markdown: string, file: string): RetentionPromise | undefined {
  const stated = readBackupPromises(markdown, file).mechanisms.find(
    ({ kind, store, retention }) =>
      store === "database" && (kind === "dump" || kind === "backup") && retention !== null,
  );
  return stated?.retention ?? undefined;
}
