import type Docker from "dockerode";
import { GenericContainer } from "testcontainers";
import { execInContainer } from "../engine/exec.ts";
import { roleLabel, runLabels } from "../engine/labels.ts";
import { noWait } from "./no-wait.ts";
import type { RenderedFile } from "./rendered-files.ts";
import type { RunNames } from "./run-names.ts";
import type { StartedService } from "./started-topology.ts";
import type { ServiceDefinition } from "./system-definition.ts";
import { tarArchive } from "./tar-archive.ts";
import { waitUntil } from "./wait-until.ts";

export interface ServiceOptions {
  readonly docker: Docker;
  readonly runId: string;
  readonly names: RunNames;
  readonly image: string;
  readonly definition: ServiceDefinition;
  /** Rendered. */
  readonly files: readonly RenderedFile[];
  /** Rendered. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Starts a server beside the data nodes, on every network of the run but the control's, and waits until it serves. It has none of
 * Compose's labels: it is not the operator's to stop.
 */
export async function startService(options: ServiceOptions): Promise<StartedService> {
  const { definition, docker, environment, files, image, names, runId, signal } = options;
  const { service, command, directories, ready } = definition;
  const started = await new GenericContainer(image)
    .withName(names.service(service))
    .withLabels({ ...runLabels(runId), [roleLabel]: "service" })
    .withNetworkMode(names.clientsNetwork)
    .withNetworkAliases(service)
    .withCommand([...command])
    .withEnvironment({ ...environment })
    .withCopyArchivesToContainer([
      {
        tar: tarArchive([...directories.map((path) => ({ path: `${path}/`, mode: 0o700 })), ...files]),
        target: "/",
      },
    ])
    .withWaitStrategy(noWait)
    .start();
  const containerId = started.getId();
  await Promise.all(
    [names.dataNetwork, names.testNetwork].map((network) =>
      docker.getNetwork(network).connect({ Container: containerId, EndpointConfig: { Aliases: [service] } }),
    ),
  );
  await waitUntil({ what: `${service} to serve`, deadlineMs: 30_000, signal }, async () => {
    const { exitStatus, stdout, stderr } = await execInContainer(docker, containerId, ready);
    return exitStatus === 0 ? undefined : `${stderr}${stdout}`.trim() || `exit status ${exitStatus}`;
  });
  return { definition, containerId };
}
