import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { HarnessError } from "../harness-error.ts";
import { failureDetail } from "../probe/failure-detail.ts";
import { chooseStanza, repositoryParts, type Repository } from "./repository.ts";
import { tarEnd, tarHeader, tarPadding } from "./tar-stream.ts";

interface ListedFile {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/**
 * Opens a repository in a folder of the host.
 *
 * Throws a HarnessError: 65 for a folder that is none, 64 where it has several stanzas and none of them is named.
 */
export async function openRepositoryFolder(path: string, asked: string | undefined): Promise<Repository> {
  const stanza = chooseStanza(path, await stanzasIn(path), asked);
  const listed = await listFiles(path, stanza);
  const hash = createHash("sha256");
  return {
    path,
    bytes: listed.reduce((sum, { bytes }) => sum + bytes, 0),
    modifiedAt: new Date(listed.reduce((last, { modifiedMs }) => Math.max(last, modifiedMs), 0)),
    head: Buffer.alloc(0),
    stanza,
    isEncrypted: (await firstBytes(join(path, "backup", stanza, "backup.info"), 8)) === "Salted__",
    files: listed.map((file) => file.path),
    async *read() {
      for await (const chunk of archiveOf(path, listed)) {
        hash.update(chunk);
        yield chunk;
      }
    },
    sha256: () => hash.copy().digest("hex"),
    async changed() {
      const now = await listFiles(path, stanza).catch(() => []);
      return JSON.stringify(now) !== JSON.stringify(listed);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Whether a path names a folder: what else it may be, the opening of a file finds out. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function stanzasIn(path: string): Promise<string[]> {
  const entries = await readdir(join(path, "backup"), { withFileTypes: true }).catch(noneIfAbsent);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** A folder that is not there holds nothing; one that can't be read is another matter. */
function noneIfAbsent(error: unknown): [] {
  if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
    return [];
  throw new HarnessError(
    `Expected to read the folder of the repository, but that failed (${failureDetail(error)}); run as a user who may.`,
    { code: "backup-not-readable", exitStatus: 65, cause: error },
  );
}

/** Regular files of one stanza: links in a repository only abbreviate. */
async function listFiles(path: string, stanza: string): Promise<ListedFile[]> {
  const found: ListedFile[] = [];
  for (const part of repositoryParts) {
    const folder = join(path, part, stanza);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(noneIfAbsent);
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      const { mtimeMs, size } = await stat(file);
      found.push({ path: relative(path, file), bytes: size, modifiedMs: mtimeMs });
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** One tar archive of the files, each as long as it was when it was listed. */
async function* archiveOf(path: string, files: readonly ListedFile[]): AsyncGenerator<Buffer> {
  for (const file of files) {
    yield tarHeader(file.path, file.bytes);
    let left = file.bytes;
    const stream = createReadStream(join(path, file.path), { highWaterMark: 1 << 20 });
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const part = chunk.subarray(0, left);
      left -= part.length;
      yield part;
    }
    // A file that shrank meanwhile is found by `changed`; the archive stays readable.
    for (; left > 0; left -= Math.min(left, 1 << 20)) yield Buffer.alloc(Math.min(left, 1 << 20));
    yield tarPadding(file.bytes);
  }
  yield tarEnd;
}

async function firstBytes(path: string, bytes: number): Promise<string> {
  try {
    await using handle = await open(path, "r");
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.toString("latin1", 0, bytesRead);
  } catch {
    return "";
  }
}
