import { mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HarnessError } from "../harness-error.ts";

export interface OutputDirectoryOptions {
  /** What the user named with `--out`; it may exist if it is empty. */
  readonly out?: string;
  /** Where folders go that nobody named: `reports/`. */
  readonly reportsDirectory: string;
  /** Of the drill or scenario. */
  readonly name: string;
  readonly startedAt: Date;
}

/**
 * Makes the folder of a run and returns its path: `--out`, or `<reports>/<UTC time>-<name>`.
 *
 * Throws a {@link HarnessError} with status 64 when `--out` is a file or holds something, 69 when it can't be made.
 */
export async function prepareOutputDirectory(options: OutputDirectoryOptions): Promise<string> {
  return options.out === undefined ? makeNewDirectory(options) : useEmptyDirectory(options.out);
}

/**
 * Refuses an `--out` that holds something, before anything is set up for the run.
 *
 * Throws a {@link HarnessError} with status 64.
 */
export async function requireEmptyDirectory(out: string): Promise<void> {
  const entries = await readdir(out).catch(() => []);
  if (entries.length > 0) throw badOut(out, `a folder that holds ${entries[0] ?? ""}`);
}

async function useEmptyDirectory(out: string): Promise<string> {
  const entries = await makeAndList(out);
  if (entries.length > 0) throw badOut(out, `a folder that holds ${entries[0] ?? ""}`);
  return out;
}

async function makeAndList(out: string): Promise<string[]> {
  try {
    await makeWithParents(out);
    return await readdir(out);
  } catch (cause) {
    throw errorCode(cause) === "ENOTDIR" ? badOut(out, "a file", cause) : cannotMake(out, cause);
  }
}

async function makeNewDirectory({
  reportsDirectory,
  name,
  startedAt,
}: OutputDirectoryOptions): Promise<string> {
  // Colons are no part of a file name everywhere.
  const stamp = startedAt
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(":", "");
  const directory = join(reportsDirectory, `${stamp}-${name}`);
  try {
    await makeWithParents(reportsDirectory);
    // Two runs may start within a second, and neither may write into the other's folder.
    for (let number = 1; ; number += 1) {
      const candidate = number === 1 ? directory : `${directory}.${String(number)}`;
      if (await makeIfNew(candidate)) return candidate;
    }
  } catch (cause) {
    throw cannotMake(directory, cause);
  }
}

/** Node's recursive `mkdir` never ends where a parent exists and refuses children with ENOENT, as /proc does. */
async function makeWithParents(directory: string): Promise<void> {
  try {
    await makeIfNew(directory);
  } catch (cause) {
    if (errorCode(cause) !== "ENOENT" || dirname(directory) === directory) throw cause;
    await makeWithParents(dirname(directory));
    await makeIfNew(directory);
  }
}

async function makeIfNew(directory: string): Promise<boolean> {
  try {
    await mkdir(directory);
    return true;
  } catch (cause) {
    if (errorCode(cause) === "EEXIST") return false;
    throw cause;
  }
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

function badOut(out: string, found: string, cause?: unknown): HarnessError {
  return new HarnessError(
    `Expected --out to name a new or an empty folder, found ${found} at ${out}; name another one, for evidence is never written over.`,
    { code: "output-not-empty", exitStatus: 64, cause },
  );
}

function cannotMake(directory: string, cause: unknown): HarnessError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new HarnessError(`Expected to make the folder ${directory}, but ${reason}; name another --out.`, {
    code: "output-not-writable",
    exitStatus: 69,
    cause,
  });
}
