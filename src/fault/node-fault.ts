import type Docker from "dockerode";
import { HarnessError } from "../harness-error.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import type { Fault } from "./fault.ts";

/** What the engine says of a node's container; undefined when there is none. */
export type ContainerState = (Docker.ContainerInspectInfo["State"] & { readonly id: string }) | undefined;

/** A fault of the container in which a node's server runs. */
export interface NodeFault {
  /** Verb phrase without the service: `killNode`. */
  readonly verb: string;
  readonly service: string;
  readonly transient?: boolean;
  /** For `plan`, without the service: `kills the server of`. */
  readonly does: string;
  break(container: Docker.Container): Promise<unknown>;
  /** `before`: what the engine said before the injection, asked only of a transient fault. */
  isInForce(now: ContainerState, before: ContainerState): boolean;
  /** Nothing to do for a transient fault. */
  heal?(container: Docker.Container, now: ContainerState): Promise<unknown>;
}

export function nodeFault(definition: NodeFault): Fault {
  const { does, service, transient = false, verb } = definition;
  const fault: Fault = {
    name: `${verb}(${service})`,
    targets: [service],
    transient,
    blastRadius: `${does} ${service}; its volume stays`,
    async inject(topology) {
      const container = containerOf(topology, service);
      // What comes before the call stretches the instant of the fault: nothing, unless it is needed.
      const before = transient ? await stateOf(container) : undefined;
      await breakNow(definition, fault, container);
      const lift = async (): Promise<void> => {
        await healed(async () => definition.heal?.(container, await stateOf(container)));
      };
      return {
        fault,
        async observe() {
          const now = await stateOf(container);
          return { inForce: definition.isInForce(now, before), detail: describe(service, now) };
        },
        lift,
        [Symbol.asyncDispose]: lift,
      };
    },
  };
  return fault;
}

function containerOf(topology: StartedTopology, service: string): Docker.Container {
  const node = topology.nodes.get(service);
  if (node !== undefined) return topology.docker.getContainer(node.containerName);
  throw new HarnessError(
    `Expected a node named ${service} to break, found ${[...topology.nodes.keys()].join(", ")}; name one of these.`,
    { code: "unknown-node", exitStatus: 64 },
  );
}

async function breakNow(definition: NodeFault, fault: Fault, container: Docker.Container): Promise<void> {
  try {
    await definition.break(container);
  } catch (cause) {
    throw new HarnessError(
      `Expected the engine to carry out ${fault.name}, found ${messageOf(cause)}; inject it while the node runs.`,
      { code: "fault-not-injected", exitStatus: 70, cause },
    );
  }
}

async function stateOf(container: Docker.Container): Promise<ContainerState> {
  try {
    const { Id, State } = await container.inspect();
    return { ...State, id: Id.slice(0, 12) };
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** That a container runs already (304), or that a step of the runbook removed it (404), is as good as healed. */
async function healed(heal: () => Promise<unknown>): Promise<void> {
  try {
    await heal();
  } catch (error) {
    if (![304, 404].includes(statusOf(error) ?? 0)) throw error;
  }
}

function describe(service: string, state: ContainerState): string {
  if (state === undefined) return `${service} has no container`;
  const container = `container ${state.id} of ${service}`;
  if (state.Paused) return `${container} is paused`;
  return state.Running
    ? `${container} runs since ${state.StartedAt}`
    : `${container} ended with ${state.ExitCode}`;
}

function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
