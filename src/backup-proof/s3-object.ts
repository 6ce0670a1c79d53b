import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { HarnessError } from "../harness-error.ts";
import { backupFileOf, type BackupFile } from "./backup-file.ts";
import { formatBytes } from "./sandbox-limits.ts";

/** Whether a path is the address of an object: `s3://bucket/key`. */
export function isS3Address(path: string): boolean {
  return path.startsWith("s3://");
}

/**
 * Fetches an object with the user's own `aws`: its profiles, endpoint and certificates are those of every other call. What is fetched
 * goes into a file that has no name any more, so that nothing is left whatever ends this process.
 *
 * Throws a {@link HarnessError}: 64 for an address that is none, 65 when there is no such object, 69 when the bucket can't be reached
 * or asked, the program is missing, or the object is larger than `limitBytes`.
 */
export async function openS3Object(
  address: string,
  { limitBytes, signal }: { readonly limitBytes: number; readonly signal: AbortSignal },
): Promise<BackupFile> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+[^/])$/.exec(address) ?? [];
  if (bucket === undefined || key === undefined) {
    throw new HarnessError(
      `Expected the address of an object like s3://bucket/key, found ${address}; write one.`,
      {
        code: "bad-s3-address",
        exitStatus: 64,
      },
    );
  }
  const said = await aws(
    address,
    ["s3api", "head-object", "--bucket", bucket, "--key", key, "--output", "json"],
    signal,
  );
  const { ContentLength: bytes, LastModified } = JSON.parse(said) as {
    ContentLength: number;
    LastModified: string;
  };
  if (bytes > limitBytes) {
    throw new HarnessError(
      `Expected ${address} to be at most ${formatBytes(limitBytes)}, which the sandbox may take, found ${formatBytes(bytes)}; give more with --disk, as far as memory allows.`,
      { code: "object-too-large", exitStatus: 69 },
    );
  }
  const handle = await namelessFile();
  try {
    await aws(address, ["s3", "cp", "--only-show-errors", address, "-"], signal, handle);
    return await backupFileOf(address, handle, new Date(LastModified));
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function namelessFile(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), "drill-s3-"));
  try {
    return await open(join(folder, "object"), "wx+", 0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the program; what it prints goes into the file, if there is one, or is returned. */
async function aws(
  address: string,
  words: readonly string[],
  signal: AbortSignal,
  into?: FileHandle,
): Promise<string> {
  const child = spawn("aws", words, {
    stdio: ["ignore", into?.fd ?? "pipe", "pipe"],
    env: { ...process.env, AWS_PAGER: "" },
    signal,
  });
  const closed = once(child, "close") as Promise<[number | null]>;
  const [output, errors, status] = await Promise.all([
    child.stdout === null ? "" : text(child.stdout),
    child.stderr === null ? "" : text(child.stderr),
    closed.then(
      ([code]) => code,
      (error: unknown) => error as NodeJS.ErrnoException,
    ),
  ]);
  if (status === 0) return output;
  signal.throwIfAborted();
  throw notFetched(address, status, errors);
}

function notFetched(
  address: string,
  status: number | null | NodeJS.ErrnoException,
  errors: string,
): HarnessError {
  if (typeof status === "object" && status?.code === "ENOENT") {
    return new HarnessError(
      `Expected the program aws on PATH to fetch ${address}, found none; install it, or fetch the file and give its path.`,
      { code: "no-aws", exitStatus: 69, cause: status },
    );
  }
  const reason = errors.trim().split("\n").at(-1)?.slice(0, 240) ?? "";
  const isAbsent = /\(404\)|NoSuchKey|Not Found/.test(reason);
  return new HarnessError(
    isAbsent
      ? `Expected an object at ${address}, but there is none; name another.`
      : `Expected to fetch ${address}, but ${reason || `aws ended with ${String(status)}`}; see whether \`aws s3 ls ${address}\` works for you.`,
    { code: isAbsent ? "no-such-object" : "object-not-fetched", exitStatus: isAbsent ? 65 : 69 },
  );
}
