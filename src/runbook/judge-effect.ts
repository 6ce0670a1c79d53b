import type { NodeState } from "../timeline/event.ts";
import type { ContainerState, SystemState } from "../timeline/system-state.ts";
import { compareStates } from "./compare-states.ts";
import type { EffectName, RunbookStep } from "./model.ts";
import { filesOf, servicesOf, type StepSubject } from "./step-subject.ts";

/** Whether a step had the effect that it should have. */
export type EffectJudgement =
  | { readonly kind: "held"; readonly already: boolean }
  /** What stayed as it was, as the end of a sentence: `.env is unchanged`. */
  | { readonly kind: "missing"; readonly unchanged: string }
  /** No effect is expected, or the state does not show it. */
  | { readonly kind: "not-judged" };

type Judge = (step: RunbookStep, before: SystemState, after: SystemState) => EffectJudgement;

/**
 * Judges a step by the state before and after it, never by what it printed. An effect that held before already and still holds is
 * `already`: a fence after a kill. Changes (of a file, by a restart) can't hold before they are made.
 */
export function judgeEffect(step: RunbookStep, before: SystemState, after: SystemState): EffectJudgement {
  return step.effect === undefined ? { kind: "not-judged" } : judges[step.effect.name](step, before, after);
}

const judges: Readonly<Record<EffectName, Judge>> = {
  none: () => ({ kind: "not-judged" }),
  "file:changed": judgeFileChanged,
  "data:restored": judgeDataRestored,
  "node:promoted": judgePromoted,
  "node:replicating": judgeNodes(
    "node:replicating",
    (node) => node?.replication?.streaming === true,
    "does not replicate",
  ),
  "node:started": judgeContainers("node:started", isRunning, "does not run"),
  "node:stopped": judgeStopped("node:stopped"),
  "container:stopped": judgeStopped("container:stopped"),
  "container:started": judgeContainers("container:started", isRunning, "does not run"),
  "container:restarted": judgeContainers(
    "container:restarted",
    (container, earlier) => isRunning(container) && container?.startedAt !== earlier?.startedAt,
    "was not restarted",
  ),
  "container:recreated": judgeContainers(
    "container:recreated",
    (container, earlier) => isRunning(container) && container?.containerId !== earlier?.containerId,
    "is still the same container or does not run",
  ),
};

function judgeFileChanged(step: RunbookStep, before: SystemState, after: SystemState): EffectJudgement {
  const named = filesOf(step, before).names;
  const changed = compareStates(before, after).filter(({ kind }) => kind === "file");
  const isNamed = (file: string): boolean =>
    named.some((name) => file === name || file.endsWith(`/${name}`) || name.endsWith(`/${file}`));
  if (changed.some(({ subject }) => named.length === 0 || isNamed(subject)))
    return { kind: "held", already: false };
  const other = changed.map(({ subject }) => subject).join(", ");
  const unchanged =
    named.length === 0 ? "no file of the checkout changed" : `${named.join(", ")} is unchanged`;
  return { kind: "missing", unchanged: other === "" ? unchanged : `${unchanged} (${other} changed)` };
}

function judgeDataRestored(step: RunbookStep, before: SystemState, after: SystemState): EffectJudgement {
  // A node that was down, or no primary, before or after has nothing to compare.
  const compared = Object.keys(after.dataDigests ?? {}).filter((node) => node in (before.dataDigests ?? {}));
  if (compared.length === 0) return { kind: "not-judged" };
  // Restored somewhere else, for instance into a test environment, whose data nobody digests.
  const services = [...compared, ...after.containers.map(({ service }) => service)];
  const { names } = servicesOf(step, "data:restored", services);
  if (names.length > 0 && !names.some((name) => compared.includes(name))) return { kind: "not-judged" };
  const isChanged = compareStates(before, after).some(({ kind }) => kind === "data");
  return isChanged
    ? { kind: "held", already: false }
    : { kind: "missing", unchanged: "the data is what it was before" };
}

function isPrimary(node: NodeState | undefined): boolean {
  return node?.reachable === true && node.role === "primary" && node.writable !== false;
}

/** The node that the promoting command names; a node that is the primary already can't be promoted, so another named one is meant. */
function judgePromoted(step: RunbookStep, before: SystemState, after: SystemState): EffectJudgement {
  const all = after.nodes.map((node) => node.node);
  const named = servicesOf(step, "node:promoted", all).names;
  const stateOf = (state: SystemState, name: string) => state.nodes.find((node) => node.node === name);
  const meant = named.length > 0 ? named : all;
  const candidates = meant.filter((name) => !isPrimary(stateOf(before, name)));
  if (candidates.length === 0 && named.length > 0) {
    return meant.every((name) => isPrimary(stateOf(after, name)))
      ? { kind: "held", already: true }
      : { kind: "missing", unchanged: `${meant.join(", ")} is no longer the primary` };
  }
  if (candidates.some((name) => isPrimary(stateOf(after, name)))) return { kind: "held", already: false };
  const standing = candidates.map((name) => `${name} ${describeNode(stateOf(after, name))}`);
  return { kind: "missing", unchanged: standing.length === 0 ? "no node was promoted" : standing.join(", ") };
}

function describeNode(node: NodeState | undefined): string {
  if (node?.reachable !== true) return "is not reachable";
  if (node.role === "replica") return "is still a replica";
  return node.role === "primary" ? "does not take writes" : "has no known role";
}

type Holds<T> = (now: T | undefined, earlier: T | undefined) => boolean;

/**
 * All services that the working commands name must show the effect. Where they name none, one that did not show it before must:
 * a node that was dead before says nothing about a step that stops something else.
 */
function judgeEach(
  { names, explicit }: StepSubject,
  all: readonly string[],
  holds: (name: string, at: "before" | "after") => boolean,
  standing: string,
): EffectJudgement {
  const meant = names.length > 0 ? names : all;
  const missing = meant.filter((name) => !holds(name, "after"));
  const isNew = meant.some((name) => holds(name, "after") && !holds(name, "before"));
  const named = names.length > 0 && missing.length === 0;
  if (explicit ? named : isNew || named) return { kind: "held", already: !isNew };
  return {
    kind: "missing",
    unchanged: missing.length === 0 ? "nothing changed" : `${missing.join(", ")} ${standing}`,
  };
}

function judgeContainers(effect: EffectName, holds: Holds<ContainerState>, standing: string): Judge {
  return (step, before, after) => {
    const all = [...new Set([...before.containers, ...after.containers].map(({ service }) => service))];
    const subject = servicesOf(step, effect, all);
    const find = (state: SystemState, name: string) =>
      state.containers.find(({ service }) => service === name);
    const isHeld = (name: string, at: "before" | "after"): boolean =>
      // Against itself the earlier state shows whether the effect is a condition that can hold already or a change that can't.
      at === "after"
        ? holds(find(after, name), find(before, name))
        : holds(find(before, name), find(before, name));
    return judgeEach(subject, all, isHeld, standing);
  };
}

function judgeNodes(effect: EffectName, holds: Holds<NodeState>, standing: string): Judge {
  return (step, before, after) => {
    const all = after.nodes.map(({ node }) => node);
    const subject = servicesOf(step, effect, all);
    const find = (state: SystemState, name: string) => state.nodes.find(({ node }) => node === name);
    const isHeld = (name: string, at: "before" | "after"): boolean =>
      holds(find(at === "after" ? after : before, name), undefined);
    return judgeEach(subject, all, isHeld, standing);
  };
}

/** Its container does not run, or, for a data node, it can't be reached: fenced by the network. */
function judgeStopped(effect: "node:stopped" | "container:stopped"): Judge {
  return (step, before, after) => {
    const all = [
      ...new Set([
        ...before.containers.map(({ service }) => service),
        ...before.nodes.map(({ node }) => node),
      ]),
    ];
    const subject = servicesOf(step, effect, all);
    const isHeld = (name: string, at: "before" | "after"): boolean => {
      const state = at === "after" ? after : before;
      const container = state.containers.find(({ service }) => service === name);
      const node = state.nodes.find((each) => each.node === name);
      return !isRunning(container) || node?.reachable === false;
    };
    return judgeEach(subject, all, isHeld, "still runs");
  };
}

function isRunning(container: ContainerState | undefined): boolean {
  return container?.running === true;
}
