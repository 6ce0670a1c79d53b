import { statfs } from "node:fs/promises";
import { HarnessError } from "../harness-error.ts";

/**
 * @throws HarnessError 69 when less than so many bytes are free at the path. A path that cannot be asked (the engine's directory,
 * when that is in a virtual machine) passes.
 */
export async function requireFreeSpace(path: string, bytes: number, purpose: string): Promise<void> {
  const free = await statfs(path).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => Infinity,
  );
  if (free >= bytes) return;
  throw new HarnessError(
    `Expected ${gigabytes(bytes)} GB free at ${path} for ${purpose}, but found ${gigabytes(free)} GB: free some space and call again.`,
    { code: "no-space", exitStatus: 69 },
  );
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}
