import type { Fault } from "./fault.ts";
import { nodeFault } from "./node-fault.ts";

/**
 * Freezes the server of a node: connections stay open and nothing answers, as on a host that swaps or whose disk hangs. Lifting
 * thaws it, and it goes on as if nothing had happened.
 */
export function pauseNode(service: string): Fault {
  return nodeFault({
    verb: "pauseNode",
    service,
    does: "freezes the server of",
    break: (container) => container.pause(),
    isInForce: (now) => now?.Paused === true,
    // The engine calls it an error to thaw what is not frozen.
    heal: (container, now): Promise<unknown> =>
      now?.Paused === true ? container.unpause() : Promise.resolve(),
  });
}
