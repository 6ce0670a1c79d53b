import type { StartedLink, StartedTopology } from "../topology/started-topology.ts";
import type { Fault, InjectedFault } from "./fault.ts";
import { observeToxics, placeToxics, removeToxic, type ToxicDefinition } from "./toxic.ts";

export interface LinkFault {
  readonly fault: Fault;
  readonly topology: StartedTopology;
  readonly links: readonly StartedLink[];
  readonly toxics: readonly ToxicDefinition[];
  /** Services whose hosts the operator does not reach either while it lasts. */
  readonly unreachable?: readonly string[];
}

/** Puts the toxics on all the links at the same time. */
export async function injectLinkFault({
  fault,
  links,
  topology,
  toxics,
  unreachable = [],
}: LinkFault): Promise<InjectedFault> {
  const placed = await placeToxics(
    links.flatMap((link) => toxics.map((definition) => ({ link, definition }))),
  );
  topology.fence.cutOff(unreachable);
  const lift = async (): Promise<void> => {
    topology.fence.restore(unreachable);
    await Promise.all(placed.map(removeToxic));
  };
  return { fault, observe: () => observeToxics(placed), lift, [Symbol.asyncDispose]: lift };
}
