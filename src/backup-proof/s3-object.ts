import { mkdtemp, open, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HarnessError } from "../harness-error.ts";
import { backupFileOf, type BackupFile } from "./backup-file.ts";
import { aws, requireSize } from "./aws.ts";

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
  requireSize(address, bytes, limitBytes);
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
