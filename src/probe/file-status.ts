/** A file as `find` sees it, without a look into it. */
export interface FileStatus {
  readonly path: string;
  readonly inode: string;
  /** Device, inode, size, time of the last write and of the last change: another content has another one, if it is settled. */
  readonly version: string;
  /** Not changed for long enough that the clock of the file system has moved on since. */
  readonly settled: boolean;
}

/**
 * A file system stamps changes with a clock that moves some milliseconds at a time: two changes within one of its ticks leave the
 * same stamp. A file is settled once its last change is further back than any tick is long.
 */
const unsettled = "-newerct '2 seconds ago'";

/** Prints each file below the working directory for {@link parseFileStatuses}. */
export const listFiles = String.raw`find . -ignore_readdir_race -type f \( ${unsettled} -printf 'u ' -o -printf 's ' \) -printf '%D:%i:%s:%T@:%C@ %i %P\0'`;

/** Prints, like `sha256sum -z`, the digest of each file with one of these inodes. No name has to be passed in. */
export function digestFiles(inodes: readonly string[]): string {
  const named = inodes.map((inode) => `-inum ${inode}`).join(" -o ");
  return String.raw`find . -ignore_readdir_race -type f \( ${named} \) -print0 | xargs -0 -r sha256sum -z --`;
}

export function parseFileStatuses(text: string): FileStatus[] {
  return text.split("\0").flatMap((record) => {
    const found = /^([us]) (\S+) (\d+) (.+)$/s.exec(record);
    if (found === null) return [];
    const [, letter, version = "", inode = "", path = ""] = found;
    return [{ path, inode, version, settled: letter === "s" }];
  });
}

/** Reads `sha256sum -z`: `<digest>  ./<path>` records, each ended by NUL. */
export function parseSha256Sums(text: string): ReadonlyMap<string, string> {
  const records = text.split("\0").filter((record) => record !== "");
  return new Map(records.map((record) => [record.slice(66).replace(/^\.\//, ""), record.slice(0, 64)]));
}
