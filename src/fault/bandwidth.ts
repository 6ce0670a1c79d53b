import type { Fault } from "./fault.ts";
import { injectLinkFault } from "./link-fault.ts";
import { linkOf, linkText, type Direction, type LinkName } from "./link-of.ts";

export interface BandwidthOptions {
  /** Kilobytes a second, of each connection; 0 stalls. */
  readonly kilobytesPerSecond: number;
  /** Default `both`, each by itself. */
  readonly direction?: Direction | "both";
}

/** Narrows a link, for connections that are open already too. A replica behind it still says that it streams. */
export function bandwidth(
  link: LinkName,
  { direction = "both", kilobytesPerSecond }: BandwidthOptions,
): Fault {
  const streams: readonly Direction[] = direction === "both" ? ["upstream", "downstream"] : [direction];
  const fault: Fault = {
    name: `bandwidth(${linkText(link)}, ${kilobytesPerSecond} kB/s)`,
    targets: [link.to],
    transient: false,
    blastRadius: `limits the link ${linkText(link)} to ${kilobytesPerSecond} kB/s`,
    inject: async (topology) =>
      injectLinkFault({
        fault,
        topology,
        links: [linkOf(topology, link)],
        toxics: streams.map((stream) => ({
          type: "bandwidth",
          stream,
          attributes: { rate: kilobytesPerSecond },
        })),
      }),
  };
  return fault;
}
