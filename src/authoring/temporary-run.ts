import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentObserver } from "./run-observer.ts";
import type { RunOptions } from "./run-scenario.ts";

/** Options of a run whose evidence nobody files: a scenario or proof that runs as a test. */
export async function temporaryRunOptions(
  name: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<RunOptions> {
  return {
    outDirectory: await mkdtemp(join(tmpdir(), `drill-${name.slice(0, 40)}-`)),
    keep: false,
    signal,
    observer: silentObserver,
  };
}
