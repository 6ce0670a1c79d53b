import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Notes, for other processes, until when the run is kept. */
export async function noteKept(runId: string, untilMs: number): Promise<void> {
  await writeFile(noteOf(runId), new Date(untilMs).toISOString(), { mode: 0o600 });
}

/** Until when the run is kept (ISO 8601); undefined when nobody keeps it. */
export async function keptUntil(runId: string): Promise<string | undefined> {
  try {
    return await readFile(noteOf(runId), "utf8");
  } catch {
    return undefined;
  }
}

export async function forgetKept(runId: string): Promise<void> {
  await rm(noteOf(runId), { force: true });
}

function noteOf(runId: string): string {
  return join(tmpdir(), `drill-${runId}.kept`);
}
