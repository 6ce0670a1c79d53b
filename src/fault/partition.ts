import { HarnessError } from "../harness-error.ts";
import type { StartedLink, StartedTopology } from "../topology/started-topology.ts";
import type { Fault } from "./fault.ts";
import { injectLinkFault } from "./link-fault.ts";
import { linkOf, linkText, type Direction } from "./link-of.ts";

export interface PartitionOptions {
  /**
   * Who no longer reaches the node: `clients`, or the service name of a replica. Default: nobody does, its own replication stops
   * too, and the operator does not reach its host either.
   */
  readonly from?: string;
  /** Service name of the node behind the partition. */
  readonly to: string;
  /** `upstream`: what is sent to the node is lost. `downstream`: its answers are. Default `both`. */
  readonly direction?: Direction | "both";
}

/**
 * Blackholes links: connections stay open, nothing gets through, nobody is told. Lifting closes the connections that were open,
 * and new ones get through again.
 */
export function partition({ direction = "both", from, to }: PartitionOptions): Fault {
  const streams: readonly Direction[] = direction === "both" ? ["upstream", "downstream"] : [direction];
  const what = from === undefined ? to : linkText({ from, to });
  const fault: Fault = {
    name: `partition(${what}${direction === "both" ? "" : `, ${direction}`})`,
    targets: [to],
    transient: false,
    blastRadius:
      from === undefined
        ? `drops everything on every link to and from ${to}, the operator's way there included`
        : `drops everything on the link ${what}${direction === "both" ? "" : `, ${direction} only`}`,
    inject: async (topology) =>
      injectLinkFault({
        fault,
        topology,
        links: from === undefined ? linksOf(topology, to) : [linkOf(topology, { from, to })],
        // A timeout of 0 never closes the connection: it drops forever.
        toxics: streams.map((stream) => ({ type: "timeout", stream, attributes: { timeout: 0 } })),
        unreachable: from === undefined ? [to] : [],
      }),
  };
  return fault;
}

/** Every path that ends or begins at a node; a path that several dial is one. */
function linksOf(topology: StartedTopology, service: string): StartedLink[] {
  const touching = topology.links.filter((link) => link.to === service || link.from === service);
  if (touching.length > 0) return [...new Map(touching.map((link) => [link.proxy.getPath(), link])).values()];
  throw new HarnessError(
    `Expected a node named ${service} to cut off, found links ${topology.links.map(linkText).join(", ")}; name a node of these.`,
    { code: "unknown-link", exitStatus: 64 },
  );
}
