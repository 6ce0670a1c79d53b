import type { Fault } from "./fault.ts";
import { nodeFault } from "./node-fault.ts";

/** Restarts the server of a node. It ends by itself: there is nothing to lift, and nothing stays in force. */
export function restartNode(service: string): Fault {
  return nodeFault({
    verb: "restartNode",
    service,
    transient: true,
    does: "restarts the server of",
    // Seconds until the engine kills it: its own default.
    break: (container) => container.restart({ t: 10 }),
    isInForce: (now, before) => now !== undefined && now.StartedAt !== before?.StartedAt,
  });
}
