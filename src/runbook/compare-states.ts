import type { NodeState } from "../timeline/event.ts";
import type { ContainerState, SystemState } from "../timeline/system-state.ts";
import type { StateChange } from "./model.ts";

/** What is different afterwards, in words: files, then roles, containers, data. */
export function compareStates(before: SystemState, after: SystemState): StateChange[] {
  return [
    ...compareRecords("file", before.files, after.files, (sha256) => `sha256 ${sha256.slice(0, 12)}`),
    ...compareRoles(before.nodes, after.nodes),
    ...compareContainers(before.containers, after.containers),
    ...compareRecords("data", before.dataDigests ?? {}, after.dataDigests ?? {}, (digest) => digest),
  ];
}

function compareRecords(
  kind: StateChange["kind"],
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  describe: (value: string) => string,
): StateChange[] {
  const subjects = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return subjects.flatMap((subject) => {
    const [from, to] = [before[subject], after[subject]];
    if (from === to) return [];
    // Digests that were not taken on one side (the server was down) tell nothing.
    if (kind === "data" && (from === undefined || to === undefined)) return [];
    return [
      {
        kind,
        subject,
        before: from === undefined ? "absent" : describe(from),
        after: to === undefined ? "absent" : describe(to),
      },
    ];
  });
}

/** Reachability alone is no change of role: a server that could not be asked for a moment has not changed. */
function compareRoles(before: readonly NodeState[], after: readonly NodeState[]): StateChange[] {
  return after.flatMap((node) => {
    const earlier = before.find((each) => each.node === node.node);
    if (earlier?.role === undefined || node.role === undefined) return [];
    const [from, to] = [describeRole(earlier), describeRole(node)];
    const moved =
      earlier.role !== node.role ||
      (earlier.timeline !== undefined && node.timeline !== undefined && earlier.timeline !== node.timeline);
    return moved ? [{ kind: "role" as const, subject: node.node, before: from, after: to }] : [];
  });
}

function describeRole(node: NodeState): string {
  return `${node.role ?? "unknown"}${node.timeline === undefined ? "" : ` on timeline ${node.timeline}`}`;
}

function compareContainers(
  before: readonly ContainerState[],
  after: readonly ContainerState[],
): StateChange[] {
  const services = [...new Set([...before, ...after].map((container) => container.service))].sort();
  return services.flatMap((service) => {
    const [from, to] = [before, after].map((state) =>
      describeContainer(state.find((each) => each.service === service)),
    );
    if (from === undefined || to === undefined || from === to) return [];
    return [{ kind: "container" as const, subject: service, before: from, after: to }];
  });
}

/** Everything of a container that a step can change, so that equal descriptions mean an unchanged container. */
function describeContainer(container: ContainerState | undefined): string {
  if (container === undefined) return "absent";
  const state = container.running ? `running since ${container.startedAt}` : "stopped";
  return `${container.containerId.slice(0, 12)} ${state}, environment ${container.environmentSha256.slice(0, 12)}`;
}
