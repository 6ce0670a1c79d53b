import type { Fault } from "./fault.ts";
import { nodeFault } from "./node-fault.ts";

/** Stops the server of a node in good order, as maintenance gone wrong would. Lifting starts it again. */
export function stopNode(service: string): Fault {
  return nodeFault({
    verb: "stopNode",
    service,
    does: "stops the server of",
    // Seconds until the engine kills it: its own default.
    break: (container) => container.stop({ t: 10 }),
    isInForce: (now) => now?.Running !== true,
    heal: (container) => container.start(),
  });
}
