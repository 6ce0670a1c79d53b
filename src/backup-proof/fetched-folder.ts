import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** A folder into which a program has fetched something. Disposing removes it. */
export interface FetchedFolder extends AsyncDisposable {
  readonly path: string;
  /** Of the program. */
  readonly exitStatus: number;
  readonly errors: string;
}

/**
 * Runs the program that its words after the first are, and tells its status. At the end of its input it ends that program and removes
 * the folder `$1`; the input ends with the process that started it, whatever ends that, and then nobody reads what it says any more.
 */
const guard = `
trap '' PIPE
exec 3<&0
folder=$1; shift
"$@" < /dev/null 3<&- > /dev/null & fetching=$!
(cat <&3 > /dev/null; kill "$fetching") 2> /dev/null & watching=$!
wait "$fetching"; status=$?
kill "$watching" 2> /dev/null
exec 2> /dev/null
echo "$status"
cat <&3 > /dev/null
rm -rf "$folder"`;

/**
 * Has a program fetch something into a folder that goes with this process: a shell in a session of its own waits for that.
 *
 * @param argvFor the program, and its words, for a folder
 */
export async function fetchIntoFolder(
  argvFor: (folder: string) => readonly [string, ...string[]],
  signal: AbortSignal,
): Promise<FetchedFolder> {
  signal.throwIfAborted();
  const path = await mkdtemp(join(tmpdir(), "drill-s3-"));
  const shell = spawn("sh", ["-c", guard, "guard", path, ...argvFor(path)], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, AWS_PAGER: "" },
    detached: true,
  });
  const closed = once(shell, "close");
  // Awaited below; until then a shell that can't be started is nobody's unhandled error.
  closed.catch(() => undefined);
  const errors = text(shell.stderr);
  const remove = async (): Promise<void> => {
    shell.stdin.end();
    await closed;
  };
  const abort = (): void => void shell.stdin.end();
  signal.addEventListener("abort", abort, { once: true });
  try {
    const ended = closed.then(() => {
      throw new Error("the shell that fetches ended before it had said how");
    });
    const [said] = (await Promise.race([once(shell.stdout, "data"), ended])) as [Buffer];
    signal.throwIfAborted();
    return { path, exitStatus: Number(said.toString()), errors: await errors, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
