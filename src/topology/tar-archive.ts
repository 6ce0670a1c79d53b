import { Readable } from "node:stream";
import { HarnessError } from "../harness-error.ts";

export interface ArchiveEntry {
  /** Absolute path in the container; a directory's ends in `/`. */
  readonly path: string;
  readonly mode: number;
  /** Number of the user and of the group. Default 0: root. */
  readonly owner?: number;
  readonly content?: string | Uint8Array;
  /** Seconds since 1970; default now. */
  readonly modifiedAt?: number;
}

const blockBytes = 512;

/**
 * A tar archive of files and directories, for the engine's archive call. Testcontainers can copy contents too,
 * but not set the mode of the folder they stand in, which a server that rewrites its own configuration must be able to write.
 */
export function tarArchive(entries: readonly ArchiveEntry[]): Readable {
  const end = Buffer.alloc(2 * blockBytes);
  return Readable.from([Buffer.concat([...entries.flatMap(entryBlocks), end])]);
}

function entryBlocks(entry: ArchiveEntry): Buffer[] {
  const content = contentOf(entry);
  const padding = Buffer.alloc((blockBytes - (content.length % blockBytes)) % blockBytes);
  return [header(entry, content.length), content, padding];
}

function contentOf({ content = "" }: ArchiveEntry): Buffer {
  return typeof content === "string" ? Buffer.from(content, "utf8") : Buffer.from(content);
}

/** POSIX ustar. */
function header(
  { path, mode, owner = 0, modifiedAt = Math.floor(Date.now() / 1000) }: ArchiveEntry,
  size: number,
): Buffer {
  const name = path.replace(/^\/+/, "");
  if (Buffer.byteLength(name) > 100) {
    throw new HarnessError(`Expected a path of at most 100 bytes, found ${path}; shorten it.`, {
      code: "path-too-long",
      exitStatus: 65,
    });
  }
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0);
  block.write(octal(mode, 8), 100);
  block.write(octal(owner, 8), 108);
  block.write(octal(owner, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(modifiedAt, 12), 136);
  block.write(" ".repeat(8), 148);
  block.write(path.endsWith("/") ? "5" : "0", 156);
  block.write("ustar\u000000", 257, "latin1");
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, "0")}\u0000 `, 148);
  return block;
}

function octal(value: number, width: number): string {
  return value.toString(8).padStart(width - 1, "0");
}
