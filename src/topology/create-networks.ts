import type Docker from "dockerode";
import { runLabels } from "../engine/labels.ts";
import type { RunNames } from "./run-names.ts";
import type { NodeDefinition } from "./system-definition.ts";

const loopbackOnly = { "com.docker.network.bridge.host_binding_ipv4": "127.0.0.1" };
/** Nodes need no way out: what they have to reach stands on the same network. */
const noWayOut = { "com.docker.network.bridge.enable_ip_masquerade": "false" };

/** The two networks of a run: clients with the links, and data nodes with the links. Only a link is on both. */
export async function createNetworks(docker: Docker, runId: string, names: RunNames): Promise<void> {
  const create = (name: string, options: Readonly<Record<string, string>>): Promise<unknown> =>
    docker.createNetwork({
      Name: name,
      CheckDuplicate: true,
      Driver: "bridge",
      Labels: runLabels(runId),
      Options: { ...options },
    });
  await Promise.all([
    create(names.clientsNetwork, loopbackOnly),
    create(names.dataNetwork, { ...loopbackOnly, ...noWayOut }),
  ]);
}

/** The volumes of all nodes, made before their containers so that they carry the run's label and clean-up finds them. */
export async function createVolumes(
  docker: Docker,
  runId: string,
  names: RunNames,
  nodes: readonly NodeDefinition[],
): Promise<void> {
  const volumes = nodes.flatMap((node) => [
    names.dataVolume(node.service),
    ...(node.configurationPath === undefined ? [] : [names.configurationVolume(node.service)]),
  ]);
  await Promise.all(volumes.map((name) => docker.createVolume({ Name: name, Labels: runLabels(runId) })));
}
