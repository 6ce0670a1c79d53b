import type { Fault } from "./fault.ts";
import { nodeFault } from "./node-fault.ts";

/**
 * Kills the server of a node (SIGKILL), as a crash or a power cut would. Lifting starts it again.
 *
 * A kill alone understates loss: what was in socket buffers still arrives. Cut the replication link in the same instant
 * (`together`) where loss is the point.
 */
export function killNode(service: string): Fault {
  return nodeFault({
    verb: "killNode",
    service,
    does: "kills the server of",
    break: (container) => container.kill({ signal: "SIGKILL" }),
    isInForce: (now) => now?.Running !== true,
    heal: (container) => container.start(),
  });
}
