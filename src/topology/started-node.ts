import type Docker from "dockerode";
import type { RunNames } from "./run-names.ts";
import { inspectIfThere, publishedPorts } from "./running-service.ts";
import type { StartedNode } from "./started-topology.ts";
import type { NodeDefinition } from "./system-definition.ts";

export function startedNode(docker: Docker, names: RunNames, definition: NodeDefinition): StartedNode {
  const containerName = names.container(definition.service);
  return {
    definition,
    containerName,
    volumeName: names.dataVolume(definition.service),
    async directEndpoint() {
      const inspected = await inspectIfThere(docker, containerName);
      return inspected === undefined ? undefined : publishedPorts(inspected).get(definition.port);
    },
  };
}
