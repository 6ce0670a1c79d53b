import { tmpdir } from "node:os";
import { join } from "node:path";

/** Directory of a run outside the project, where its fence listens: short, for the path of a socket is limited. */
export function runDirectory(runId: string): string {
  return join(tmpdir(), `drill-${runId}`);
}
