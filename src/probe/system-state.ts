import type Docker from "dockerode";
import { createHash } from "node:crypto";
import { execInContainer } from "../engine/exec.ts";
import { HarnessError } from "../harness-error.ts";
import type { ContainerState, SystemState } from "../timeline/system-state.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import { composeContainers, serviceLabel } from "./compose-containers.ts";
import { observeNode } from "./node-state.ts";

/** Reads what a step of a runbook can change: files of the checkout, nodes and containers, side by side. */
export async function observeState(topology: StartedTopology): Promise<SystemState> {
  const [files, nodes, containers] = await Promise.all([
    checkoutFiles(topology),
    Promise.all([...topology.nodes.values()].map((node) => observeNode(topology, node))),
    containerStates(topology),
  ]);
  return { files, nodes, containers };
}

/** NUL ends a name in both directions: a file's name may hold anything else. */
const digestFiles = "find . -type f -print0 | sort -z | xargs -0 -r sha256sum -z --";

async function checkoutFiles(topology: StartedTopology): Promise<Readonly<Record<string, string>>> {
  const { containerId, checkout } = topology.operator;
  const script = `cd -- "$0" && ${digestFiles}`;
  const { exitStatus, stdout, stderr } = await execInContainer(
    topology.docker,
    containerId,
    ["bash", "-o", "pipefail", "-c", script, checkout],
    { timeoutMs: 10_000 },
  );
  if (exitStatus !== 0) {
    throw new HarnessError(
      `Expected to read the files of ${checkout} in the operator, but that ended with status ${exitStatus} (${stderr.trim()}); see its log.`,
      { code: "checkout-not-readable", exitStatus: 70 },
    );
  }
  return parseSha256Sums(stdout);
}

/** Reads `sha256sum -z`: `<digest>  ./<path>` records, each ended by NUL. */
export function parseSha256Sums(text: string): Readonly<Record<string, string>> {
  const records = text.split("\0").filter((record) => record !== "");
  return Object.fromEntries(
    records.map((record) => [record.slice(66).replace(/^\.\//, ""), record.slice(0, 64)]),
  );
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
