import { HarnessError } from "../harness-error.ts";
import type { NodeDefinition, SystemDefinition } from "./system-definition.ts";

/** Throws a {@link HarnessError} with status 65 for a definition that can't be started, before anything is. */
export function checkSystem(system: SystemDefinition): void {
  for (const node of system.nodes) {
    if (system.stores[node.engine] === undefined) {
      throw wrong(
        `the ${node.engine} store to be defined, for it has the node ${node.service}`,
        "no definition",
      );
    }
    if (node.role === "replica" && primaryOf(system, node) === undefined) {
      throw wrong(
        `the replica ${node.service} to follow a ${node.engine} node of it`,
        node.follows ?? "none",
      );
    }
  }
  const { http, services } = system.application;
  if (!services.includes(http.service)) {
    throw wrong(`the service ${http.service} that answers HTTP among the application's`, services.join(", "));
  }
}

/** The node that a replica follows at the start of a run. */
export function primaryOf(system: SystemDefinition, node: NodeDefinition): NodeDefinition | undefined {
  return system.nodes.find(
    ({ engine, role, service }) => engine === node.engine && role === "primary" && service === node.follows,
  );
}

function wrong(expected: string, found: string): HarnessError {
  return new HarnessError(
    `Expected the system to have ${expected}, found ${found}; correct its definition.`,
    {
      code: "bad-system",
      exitStatus: 65,
    },
  );
}
