import type { Fault } from "./fault.ts";
import { injectLinkFault } from "./link-fault.ts";
import { linkOf, linkText, type Direction, type LinkName } from "./link-of.ts";

export interface LatencyOptions {
  /** Milliseconds that everything takes longer. */
  readonly ms: number;
  /** Each packet's delay varies by up to so many milliseconds, up or down; default 0. */
  readonly jitterMs?: number;
  /** Default `downstream`, so that one request and its answer take `ms` longer: answers, and a replica's WAL, come this way. */
  readonly direction?: Direction;
}

/** Delays everything on a link, on connections that are open already too. */
export function latency(
  link: LinkName,
  { direction = "downstream", jitterMs = 0, ms }: LatencyOptions,
): Fault {
  const fault: Fault = {
    name: `latency(${linkText(link)}, ${ms} ms${jitterMs === 0 ? "" : ` ± ${jitterMs} ms`})`,
    targets: [link.to],
    transient: false,
    blastRadius: `delays the link ${linkText(link)} ${direction} by ${ms} ms`,
    inject: async (topology) =>
      injectLinkFault({
        fault,
        topology,
        links: [linkOf(topology, link)],
        toxics: [{ type: "latency", stream: direction, attributes: { latency: ms, jitter: jitterMs } }],
      }),
  };
  return fault;
}
