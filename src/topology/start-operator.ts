import { GenericContainer } from "testcontainers";
import type Docker from "dockerode";
import { execInContainer } from "../engine/exec.ts";
import { roleLabel, runLabels } from "../engine/labels.ts";
import { HarnessError } from "../harness-error.ts";
import { noWait } from "./no-wait.ts";
import type { RenderedFile } from "./rendered-files.ts";
import type { RunNames } from "./run-names.ts";
import type { StartedOperator } from "./started-topology.ts";
import { tarArchive } from "./tar-archive.ts";

export interface OperatorOptions {
  readonly runId: string;
  readonly names: RunNames;
  readonly image: string;
  /** The deployment checkout, which becomes the working directory. */
  readonly checkout: string;
  readonly files: readonly RenderedFile[];
  /** Folders that are there and empty. */
  readonly directories: readonly string[];
  /** Where the fence listens: the operator's only way to the engine. */
  readonly fenceSocket: string;
}

/** The host on which documented commands run. Its environment holds no name of the checkout's `.env`. */
export async function startOperator(options: OperatorOptions): Promise<StartedOperator> {
  const { checkout, directories, fenceSocket, files, image, names, runId } = options;
  const container = await new GenericContainer(image)
    .withName(names.operator)
    .withLabels({ ...runLabels(runId), [roleLabel]: "operator" })
    .withNetworkMode(names.clientsNetwork)
    .withWorkingDir(checkout)
    .withBindMounts([{ source: fenceSocket, target: "/var/run/docker.sock" }])
    .withCopyArchivesToContainer([
      {
        tar: tarArchive([
          { path: `${checkout}/`, mode: 0o755 },
          ...directories.map((path) => ({ path: `${path}/`, mode: 0o700 })),
          ...files,
        ]),
        target: "/",
      },
    ])
    .withWaitStrategy(noWait)
    .start();
  return { containerId: container.getId(), checkout };
}

/** Runs a Compose command in the checkout and returns what it printed. */
export async function compose(
  docker: Docker,
  operator: StartedOperator,
  argv: readonly string[],
  timeoutMs = 60_000,
): Promise<string> {
  const command = ["docker-compose", "--project-directory", operator.checkout, ...argv];
  const { exitStatus, stderr, stdout } = await execInContainer(docker, operator.containerId, command, {
    timeoutMs,
  });
  if (exitStatus === 0) return stdout;
  throw new HarnessError(
    `Expected \`docker-compose ${argv.join(" ")}\` to succeed in the checkout, found exit status ${exitStatus}: ${lastLine(stderr)}; correct the system's compose file.`,
    { code: "compose-failed", exitStatus: 69 },
  );
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
