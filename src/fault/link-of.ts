import { HarnessError } from "../harness-error.ts";
import { clients } from "../topology/clients.ts";
import type { StartedLink, StartedTopology } from "../topology/started-topology.ts";

/** A network path to break. */
export interface LinkName {
  /** Who dials: `clients` (the default), or the service name of a replica. */
  readonly from?: string;
  /** Service name of the node that is dialled. */
  readonly to: string;
}

/** Towards the node, or back from it. */
export type Direction = "upstream" | "downstream";

export function linkText({ from = clients, to }: LinkName): string {
  return `${from} -> ${to}`;
}

/** The started link of that name. Throws a {@link HarnessError} with the names there are. */
export function linkOf(topology: StartedTopology, name: LinkName): StartedLink {
  const { from = clients, to } = name;
  const link = topology.links.find((each) => each.from === from && each.to === to);
  if (link !== undefined) return link;
  throw new HarnessError(
    `Expected a link ${linkText(name)} to break, found ${topology.links.map(linkText).join(", ")}; name one of these.`,
    { code: "unknown-link", exitStatus: 64 },
  );
}
