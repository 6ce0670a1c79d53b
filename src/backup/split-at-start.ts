import { posix } from "node:path";
import type { InheritedFile } from "../timeline/inherited-backup.ts";

/** PostgreSQL archives the history of a base backup under the name of the segment with which it begins. */
const history = /^([0-9A-F]{24})\.[0-9A-F]{8}\.backup/;
const segment = /^([0-9A-F]{24})(?![0-9A-F.])/;

/**
 * Splits what came into an archive while a base backup was made. As it begins the server may end a segment of its own accord: that is
 * the last one of the backup before, and no part of this one.
 */
export function splitAtStart(files: readonly InheritedFile[]): {
  readonly before: readonly InheritedFile[];
  readonly own: readonly InheritedFile[];
} {
  const start = files
    .flatMap(({ path }) => history.exec(posix.basename(path))?.[1] ?? [])
    .sort()
    .at(-1);
  const isBefore = ({ path }: InheritedFile): boolean => {
    const name = segment.exec(posix.basename(path))?.[1];
    return start !== undefined && name !== undefined && name < start;
  };
  return { before: files.filter(isBefore), own: files.filter((file) => !isBefore(file)) };
}
