import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { HarnessError } from "../harness-error.ts";

/**
 * Puts `content` in the place of `file` so that a reader, a crash or a full disk sees the old text or the new one, never a part.
 *
 * Throws a {@link HarnessError} with status 69 when it can't be written; the old file is then still there.
 */
export async function replaceFile(file: string, content: string): Promise<void> {
  const temporary = `${file}.${String(process.pid)}.part`;
  try {
    await writeAndFlush(temporary, content);
    await rename(temporary, file);
    await flushDirectory(dirname(file));
  } catch (cause) {
    await rm(temporary, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HarnessError(`Expected to write ${file}, but ${reason}; make room or name another --out.`, {
      code: "evidence-not-writable",
      exitStatus: 69,
      cause,
    });
  }
}

async function writeAndFlush(file: string, content: string): Promise<void> {
  const handle = await open(file, "w");
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A rename lasts only once the directory's own entry is on the disk. */
async function flushDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
