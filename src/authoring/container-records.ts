import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type Docker from "dockerode";
import { runLabel } from "../engine/labels.ts";
import { demultiplex } from "../engine/demultiplex.ts";

/** Last lines of a container's log that are kept; a run writes some hundred. */
const logLines = 5000;

/** Folder of a run's evidence in which the containers' records stand. */
export const logsFolder = "logs";

/**
 * Writes log and `inspect` output of every container of the run to `<directory>/logs/`, redacted, and returns of how many. One that
 * can't be read says so in its file, and keeps none of the others from being written.
 */
export async function recordContainers(
  docker: Docker,
  runId: string,
  directory: string,
  redact: (text: string) => string,
): Promise<number> {
  const containers = await docker.listContainers({ all: true, filters: { label: [`${runLabel}=${runId}`] } });
  const logs = join(directory, logsFolder);
  await mkdir(logs, { recursive: true });
  await Promise.all(
    containers.map(async ({ Id, Names }) => {
      const name = (Names[0] ?? Id).replace(/^\//, "");
      const container = docker.getContainer(Id);
      const [log, inspect] = await Promise.all([
        container
          .logs({ stdout: true, stderr: true, timestamps: true, tail: logLines })
          .then((bytes) => demultiplex(bytes))
          .catch(unreadable),
        container
          .inspect()
          .then((document) => JSON.stringify(document, undefined, 2))
          .catch(unreadable),
      ]);
      await Promise.all([
        writeFile(join(logs, `${name}.log`), redact(log)),
        writeFile(join(logs, `${name}.inspect.json`), redact(`${inspect}\n`)),
      ]);
    }),
  );
  return containers.length;
}

function unreadable(error: unknown): string {
  return `could not be read: ${error instanceof Error ? error.message : String(error)}\n`;
}
