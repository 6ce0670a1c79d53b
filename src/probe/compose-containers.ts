import type Docker from "dockerode";
import type { StartedTopology } from "../topology/started-topology.ts";

const projectLabel = "com.docker.compose.project";
const oneOffLabel = "com.docker.compose.oneoff";
export const serviceLabel = "com.docker.compose.service";

/** The run's containers that stand for a Compose service, running or not; those of `run` are no services. */
export async function composeContainers(topology: StartedTopology): Promise<Docker.ContainerInfo[]> {
  const listed = await topology.docker.listContainers({
    all: true,
    filters: { label: [`${projectLabel}=${topology.project}`] },
  });
  return listed.filter(({ Labels }) => Labels[serviceLabel] !== undefined && Labels[oneOffLabel] !== "True");
}

/** The service whose container has this address on a network of the run. */
export async function serviceAtAddress(topology: StartedTopology, ip: string): Promise<string | undefined> {
  const containers = await composeContainers(topology);
  const found = containers.find(({ NetworkSettings }) =>
    Object.values(NetworkSettings.Networks).some((network) => network.IPAddress === ip),
  );
  return found?.Labels[serviceLabel];
}
