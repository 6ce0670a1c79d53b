import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type Docker from "dockerode";
import { demultiplex } from "../engine/demultiplex.ts";
import type { ProofRecord } from "./proof-record.ts";

/** Begins what the tripwire says in the log of its container. */
const mark = "drill-tripwire ";

/** At most so many attempts are named. */
const namedAttempts = 20;

/**
 * Stands in for `/bin/sh` where a backup is restored. Whatever calls a shell from within the server or psql (COPY … PROGRAM, `\!`,
 * `\copy … program`, `\o |`, an archive_command) calls that one: it runs nothing, and says to the container's log, which the container
 * can't take back, what it was asked to run.
 */
const script = `#!/usr/bin/bash
printf '${mark}%q\\n' "\${@: -1}" > /proc/1/fd/2
exit 126
`;

/** Writes the program into the run's folder on the host; returns the mount that puts it in the place of the shell. */
export async function layTripwire(directory: string): Promise<Docker.MountSettings> {
  const file = join(directory, "tripwire");
  await writeFile(file, script, { mode: 0o755 });
  return { Type: "bind", Source: file, Target: "/bin/sh", ReadOnly: true };
}

/** The commands that something in the container tried to run, as they would be typed into a shell. */
async function readAttempts(container: Docker.Container): Promise<string[]> {
  const log = await container.logs({ stdout: false, stderr: true, follow: false });
  return demultiplex(log)
    .split("\n")
    .filter((line) => line.startsWith(mark))
    .slice(0, namedAttempts)
    .map((line) => line.slice(mark.length, 400).replace(/\\(.)/g, "$1"));
}

/** Records whether anything that was restored called a program. */
export async function recordAttempts(record: ProofRecord, container: Docker.Container): Promise<void> {
  const attempts = await readAttempts(container).catch(() => []);
  record.check("nothing in the backup calls a program", {
    passed: "no shell was called while it was restored",
    findings: attempts.map((command) => ({
      code: "shell-attempt",
      message: `The backup tried to run a program while it was restored (${command}): it was stopped; restored in earnest, it would run with the rights of the server or of whoever restores.`,
    })),
  });
}
