import { spawn } from "node:child_process";
import { once } from "node:events";
import type { FileHandle } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { HarnessError } from "../harness-error.ts";
import { formatBytes } from "./sandbox-limits.ts";

/** Whether a path is the address of an object: `s3://bucket/key`. */
export function isS3Address(path: string): boolean {
  return path.startsWith("s3://");
}

/** Throws a {@link HarnessError} with status 69 when what is to be fetched is larger than the sandbox may take. */
export function requireSize(address: string, bytes: number, limitBytes: number): void {
  if (bytes <= limitBytes) return;
  throw new HarnessError(
    `Expected ${address} to be at most ${formatBytes(limitBytes)}, which the sandbox may take, found ${formatBytes(bytes)}; give more with --disk, as far as memory allows.`,
    { code: "object-too-large", exitStatus: 69 },
  );
}

/**
 * Runs the user's own `aws`: its profiles, endpoint and certificates are those of every other call. What it prints goes into the file, if
 * there is one, or is returned.
 *
 * Throws a {@link HarnessError}: 65 when there is no such object, 69 when the bucket can't be reached or asked, or the program is missing.
 */
export async function aws(
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

export function notFetched(
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
      ? `Expected an object at ${address}, but there is none; name another, or end it with / where a pgBackRest repository is.`
      : `Expected to fetch ${address}, but ${reason || `aws ended with ${String(status)}`}; see whether \`aws s3 ls ${address}\` works for you.`,
    { code: isAbsent ? "no-such-object" : "object-not-fetched", exitStatus: isAbsent ? 65 : 69 },
  );
}
