import type { RetentionPromise } from "../timeline/inherited-backup.ts";
import type { MechanismKind } from "./backup-promise.ts";
import { readBackupPromises } from "./read-backup-promises.ts";

/** How long a document promises to keep copies of the database of these kinds; undefined where it does not say. */
export function retentionPromise(
  markdown: string,
  file: string,
  kinds: readonly MechanismKind[] = ["dump", "backup"],
): RetentionPromise | undefined {
  const stated = readBackupPromises(markdown, file).mechanisms.find(
    ({ kind, store, retention }) => store === "database" && kinds.includes(kind) && retention !== null,
  );
  return stated?.retention ?? undefined;
}
