import type Docker from "dockerode";
import { createHash } from "node:crypto";
import type { ContainerState, SystemState } from "../timeline/system-state.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import { CheckoutFiles } from "./checkout-files.ts";
import { composeContainers, serviceLabel } from "./compose-containers.ts";
import { NodeObserver } from "./node-data.ts";

/**
 * Reads again and again what a step of a runbook can change: files of the checkout, nodes, their data and containers. From its first
 * look until it is disposed of, one shell of it stands in the operator.
 */
export class StateObserver implements AsyncDisposable {
  readonly #topology: StartedTopology;
  readonly #checkout: CheckoutFiles;
  readonly #nodes: NodeObserver;

  constructor(topology: StartedTopology) {
    this.#topology = topology;
    this.#checkout = new CheckoutFiles(topology.docker, topology.operator);
    this.#nodes = new NodeObserver(topology);
  }

  /** One look at everything, side by side; the next one may begin when it has ended. */
  async observe(): Promise<SystemState> {
    const topology = this.#topology;
    const [files, nodes, containers] = await Promise.all([
      this.#checkout.read(),
      Promise.all([...topology.nodes.values()].map((node) => this.#nodes.observe(node))),
      containerStates(topology),
    ]);
    const digests = nodes.flatMap(({ state, data }) => (data === undefined ? [] : [[state.node, data]]));
    return {
      files,
      nodes: nodes.map(({ state }) => state),
      containers,
      dataDigests: Object.fromEntries(digests) as Record<string, string>,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#checkout[Symbol.asyncDispose]();
  }
}

/** A single look; who looks again and again has a {@link StateObserver}. */
export async function observeState(topology: StartedTopology): Promise<SystemState> {
  await using observer = new StateObserver(topology);
  return await observer.observe();
}

async function containerStates(topology: StartedTopology): Promise<ContainerState[]> {
  const listed = await composeContainers(topology);
  const states = await Promise.all(listed.map(({ Id }) => containerState(topology.docker, Id)));
  return states
    .filter((state) => state !== undefined)
    .sort((a, b) => a.service.localeCompare(b.service) || a.containerId.localeCompare(b.containerId));
}

/** Undefined for a container that was removed since it was listed. */
async function containerState(docker: Docker, id: string): Promise<ContainerState | undefined> {
  try {
    const { Id, Config, State } = await docker.getContainer(id).inspect();
    return {
      service: Config.Labels[serviceLabel] ?? "",
      containerId: Id,
      running: State.Running,
      startedAt: State.StartedAt,
      environmentSha256: environmentSha256(Config.Env),
    };
  } catch (error) {
    if (error instanceof Error && "statusCode" in error && error.statusCode === 404) return undefined;
    throw error;
  }
}

/** The order of variables is no difference. NUL can't stand in one. */
export function environmentSha256(environment: readonly string[]): string {
  return createHash("sha256").update(environment.toSorted().join("\0")).digest("hex");
}
