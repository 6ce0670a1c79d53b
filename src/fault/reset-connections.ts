import type { Fault } from "./fault.ts";
import { linkOf, linkText, type LinkName } from "./link-of.ts";
import { observeToxics, placeToxic, removeToxic } from "./toxic.ts";

/**
 * Breaks every connection that is open on a link, once; new ones get through at once. It ends by itself.
 *
 * Toxiproxy's own `reset_peer` acts only on connections opened after it was added. Its `timeout` closes those that are there when
 * it is removed.
 */
export function resetConnections(link: LinkName): Fault {
  const fault: Fault = {
    name: `resetConnections(${linkText(link)})`,
    targets: [link.to],
    transient: true,
    blastRadius: `closes every open connection of the link ${linkText(link)}, once`,
    async inject(topology) {
      const placed = await placeToxic(linkOf(topology, link), {
        type: "timeout",
        stream: "downstream",
        attributes: { timeout: 0 },
      });
      const wasThere = await observeToxics([placed]);
      await removeToxic(placed);
      return {
        fault,
        async observe() {
          const still = await observeToxics([placed]);
          return {
            inForce: wasThere.inForce && !still.inForce,
            detail: `${wasThere.detail}, then removed, which closed the connections of ${linkText(link)}`,
          };
        },
        lift: () => removeToxic(placed),
        [Symbol.asyncDispose]: () => removeToxic(placed),
      };
    },
  };
  return fault;
}
