import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { HarnessError } from "../harness-error.ts";
import { headBytes } from "./backup-format.ts";

/** A file of the host that is read and never written. Disposing closes it. */
export interface BackupFile extends AsyncDisposable {
  readonly path: string;
  readonly bytes: number;
  /** When it was last written. */
  readonly modifiedAt: Date;
  readonly head: Buffer;
  /** Its content, once. Afterwards `sha256` and `changed` know. */
  read(): AsyncIterable<Buffer>;
  /** Of what was read, in hexadecimal. */
  sha256(): string;
  /** Whether it is no longer what it was when it was opened. */
  changed(): Promise<boolean>;
}

/**
 * Opens a file for reading.
 *
 * Throws a {@link HarnessError} with status 65 when there is none, or it is no file, or it may not be read. `option` is the one that
 * named it.
 */
export async function openBackupFile(path: string, option: string): Promise<BackupFile> {
  const handle = await open(path, "r").catch((cause: unknown) => {
    const code = (cause as NodeJS.ErrnoException).code;
    throw notReadable(
      path,
      option,
      code === "ENOENT" ? "there is none" : `it can't be read (${code ?? ""})`,
      cause,
    );
  });
  try {
    if (!(await handle.stat()).isFile()) throw notReadable(path, option, "it is no file");
    return await backupFileOf(path, handle);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A file that is open already; disposing it closes the handle. `modifiedAt`: where the file is a copy of something older. */
export async function backupFileOf(path: string, handle: FileHandle, modifiedAt?: Date): Promise<BackupFile> {
  const stat = await handle.stat();
  const head = Buffer.alloc(Math.min(headBytes, stat.size));
  await handle.read(head, 0, head.length, 0);
  const hash = createHash("sha256");
  let readBytes = 0;
  return {
    path,
    bytes: stat.size,
    modifiedAt: modifiedAt ?? stat.mtime,
    head,
    async *read() {
      const stream = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 });
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        hash.update(chunk);
        readBytes += chunk.length;
        yield chunk;
      }
    },
    sha256: () => hash.copy().digest("hex"),
    async changed() {
      const now = await handle.stat();
      return now.size !== stat.size || now.mtimeMs !== stat.mtimeMs || readBytes !== stat.size;
    },
    async [Symbol.asyncDispose]() {
      await handle.close();
    },
  };
}

function notReadable(path: string, option: string, found: string, cause?: unknown): HarnessError {
  return new HarnessError(
    `Expected ${option} to name a file that can be read, but at ${path} ${found}; name another.`,
    {
      code: "file-not-readable",
      exitStatus: 65,
      cause,
    },
  );
}
