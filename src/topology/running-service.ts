import type Docker from "dockerode";
import type { Endpoint, RunningService } from "./started-topology.ts";

/** The running container of a Compose service, asked of the engine; undefined when none runs. */
export async function findRunningService(
  docker: Docker,
  project: string,
  service: string,
): Promise<RunningService | undefined> {
  const [listed] = await docker.listContainers({
    filters: {
      label: [
        `com.docker.compose.project=${project}`,
        `com.docker.compose.service=${service}`,
        "com.docker.compose.oneoff=False",
      ],
      status: ["running"],
    },
  });
  if (listed === undefined) return undefined;
  const inspected = await inspectIfThere(docker, listed.Id);
  if (inspected?.State.Running !== true) return undefined;
  return {
    containerId: inspected.Id,
    startedAt: inspected.State.StartedAt,
    environment: environmentOf(inspected),
    ports: publishedPorts(inspected),
  };
}

/** What the engine says of a container; undefined when it has none of that name or id. */
export async function inspectIfThere(
  docker: Docker,
  nameOrId: string,
): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await docker.getContainer(nameOrId).inspect();
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

export function environmentOf(inspected: Docker.ContainerInspectInfo): Readonly<Record<string, string>> {
  return Object.fromEntries(
    inspected.Config.Env.map((pair) => {
      const separator = pair.indexOf("=");
      return [pair.slice(0, separator), pair.slice(separator + 1)];
    }),
  );
}

/** By container port; empty for a container that does not run. */
export function publishedPorts(inspected: Docker.ContainerInspectInfo): ReadonlyMap<number, Endpoint> {
  const ports = inspected.NetworkSettings.Ports as Readonly<
    Record<string, readonly { HostPort: string }[] | null>
  >;
  return new Map(
    Object.entries(ports).flatMap(([port, bindings]) => {
      const binding = bindings?.[0];
      return binding === undefined
        ? []
        : [[Number.parseInt(port), { host: "127.0.0.1", port: Number(binding.HostPort) }]];
    }),
  );
}
