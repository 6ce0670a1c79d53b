import type Docker from "dockerode";
import { roleLabel, runLabels } from "../engine/labels.ts";
import type { RunNames } from "./run-names.ts";
import type { SystemDefinition } from "./system-definition.ts";

const loopbackOnly = { "com.docker.network.bridge.host_binding_ipv4": "127.0.0.1" };
/** Nodes need no way out: what they have to reach stands on the same network. */
const noWayOut = { "com.docker.network.bridge.enable_ip_masquerade": "false" };

/**
 * The networks of a run: clients with the links, data nodes with the links, restored copies by themselves, and the harness's control
 * with the links, which the operator may not know. Only links, and servers beside the data nodes, are on more than one.
 */
export async function createNetworks(docker: Docker, runId: string, names: RunNames): Promise<void> {
  const create = (
    name: string,
    options: Readonly<Record<string, string>>,
    labels: Readonly<Record<string, string>> = {},
  ): Promise<unknown> =>
    docker.createNetwork({
      Name: name,
      CheckDuplicate: true,
      Driver: "bridge",
      Labels: { ...runLabels(runId), ...labels },
      Options: { ...options },
    });
  await Promise.all([
    create(names.clientsNetwork, loopbackOnly),
    create(names.dataNetwork, { ...loopbackOnly, ...noWayOut }),
    create(names.testNetwork, { ...loopbackOnly, ...noWayOut }),
    create(names.controlNetwork, { ...loopbackOnly, ...noWayOut }, { [roleLabel]: "toxiproxy" }),
  ]);
}

/** The volumes of all nodes and restored copies, made before their containers so that they carry the run's label and clean-up finds them. */
export async function createVolumes(
  docker: Docker,
  runId: string,
  names: RunNames,
  { nodes, restoreTargets = [] }: SystemDefinition,
): Promise<void> {
  const volumes = [
    ...nodes.flatMap((node) => [
      names.dataVolume(node.service),
      ...(node.configurationPath === undefined ? [] : [names.configurationVolume(node.service)]),
    ]),
    ...restoreTargets.map(({ service }) => names.dataVolume(service)),
  ];
  await Promise.all(volumes.map((name) => docker.createVolume({ Name: name, Labels: runLabels(runId) })));
}
