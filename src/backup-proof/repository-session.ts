import type Docker from "dockerode";
import { execInContainer, type ExecResult } from "../engine/exec.ts";
import { feedContainer } from "./container-exec.ts";
import type { BackupFinding } from "./backup-finding.ts";
import type { Repository } from "./repository.ts";
import { backupFolder, dataFolder } from "./sandbox.ts";
import { formatBytes, type SandboxLimits } from "./sandbox-limits.ts";

const repositoryFolder = `${backupFolder}/repository`;

/** Where its settings are while there is something to decrypt: in memory, in a container without a network. */
const settingsFile = "/tmp/pgbackrest.conf";

/** Puts the repository into the workshop, as it is; what it said where it does not fit. */
export async function bringRepository(
  docker: Docker,
  workshop: Docker.Container,
  repository: Repository,
  { limits, signal }: { readonly limits: SandboxLimits; readonly signal: AbortSignal },
): Promise<BackupFinding[]> {
  const script = `mkdir -p "$1" && tar -x -f - -C "$1" --no-same-owner 2> /tmp/said; echo "status $?"; head -c 2000 /tmp/said`;
  const argv = ["bash", "-c", script, "bring", repositoryFolder];
  const said = await feedContainer(docker, workshop.id, argv, repository.read(), signal);
  if (said.startsWith("status 0")) return [];
  if (/no space left/i.test(said) || repository.bytes > limits.diskBytes) {
    return [
      {
        code: "no-space",
        message: `The repository ${repository.path} (${formatBytes(repository.bytes)}) does not fit into the ${formatBytes(limits.diskBytes)} that it may take: give more with --disk, as far as memory allows.`,
      },
    ];
  }
  return [
    {
      code: "check-not-run",
      message: `The repository ${repository.path} could not be copied into the sandbox: ${said.split("\n")[1] ?? ""}.`,
    },
  ];
}

/** Writes the settings of pgBackRest: the repository, and the folder of the server that is to be. */
export async function writeSettings(
  docker: Docker,
  workshop: Docker.Container,
  stanza: string,
  key: Buffer | undefined,
): Promise<void> {
  const passphrase = key?.toString("utf8").replace(/\r?\n$/, "");
  const lines = [
    "[global]",
    `repo1-path=${repositoryFolder}`,
    ...(passphrase === undefined ? [] : ["repo1-cipher-type=aes-256-cbc", `repo1-cipher-pass=${passphrase}`]),
    ...[
      "lock-path=/tmp/lock",
      "spool-path=/tmp/spool",
      "log-path=/tmp",
      "log-level-file=off",
      "process-max=2",
    ],
    `[${stanza}]`,
    `pg1-path=${dataFolder}/pgdata`,
  ];
  const script = `umask 077; cat > ${settingsFile}; mkdir -m 700 -p /tmp/lock`;
  await execInContainer(docker, workshop.id, ["bash", "-c", script], { stdin: `${lines.join("\n")}\n` });
}

/** Runs pgBackRest in the workshop. */
export async function pgbackrest(
  docker: Docker,
  workshop: Docker.Container,
  argv: readonly string[],
  timeoutMs: number,
): Promise<ExecResult> {
  return execInContainer(docker, workshop.id, ["pgbackrest", `--config=${settingsFile}`, ...argv], {
    timeoutMs,
  });
}

/** What a server calls to get a segment. */
export function archiveGet(stanza: string): string {
  return `pgbackrest --config=${settingsFile} --stanza=${stanza} archive-get %f "%p"`;
}
