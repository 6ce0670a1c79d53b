import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process of its own that removes what a run has on the engine if the harness does not live to do it. */
export interface Watchdog {
  /** Its process id. */
  readonly pid: number | undefined;
  /** The harness removed everything itself: the watchdog ends. Resolves when it has. */
  finished(): Promise<void>;
  /** From now on the end of the harness removes nothing until so many milliseconds have passed (`--keep`). */
  keep(ms: number): void;
}

export interface WatchdogOptions {
  /** Directories of the run outside the project (sockets, scratch), removed with it. */
  readonly directories?: readonly string[];
}

/** How long a watchdog that was told to end may take before the harness stops waiting for it. */
const endWithinMs = 5000;

/**
 * Starts the watchdog of a run; call it before the first container. It is in a session of its own, so neither a signal to the
 * harness's process group nor the end of the terminal reaches it, and it holds one end of a pipe: however the harness ends,
 * kill -9 included, the kernel closes the other one.
 */
export function startWatchdog(
  runId: string,
  socketPath: string,
  { directories = [] }: WatchdogOptions = {},
): Watchdog {
  const program = fileURLToPath(new URL("./watchdog-process.ts", import.meta.url));
  const child = spawn(process.execPath, [program, runId, socketPath, ...directories], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // A watchdog that died must not take the harness with it: its pipe's EPIPE and its own errors are no reason to end a run.
  child.on("error", () => undefined);
  child.stdin.on("error", () => undefined);
  child.unref();
  unreference(child.stdin);

  return {
    pid: child.pid,
    keep: (ms) => child.stdin.write(`keep ${ms}\n`),
    finished: async () => {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      // Unreferenced until now: the harness would end before it.
      child.ref();
      const ended = once(child, "exit", { signal: AbortSignal.timeout(endWithinMs) });
      child.stdin.end("finished\n");
      await ended.catch(() => undefined);
    },
  };
}

/** An open pipe would keep the harness's event loop, and so the harness, from ending. */
function unreference(pipe: NodeJS.WritableStream): void {
  (pipe as unknown as { unref(): void }).unref();
}
