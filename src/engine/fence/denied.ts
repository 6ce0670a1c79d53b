/**
 * Why a request is not carried out: the fence's own rules, the engine (whose answer is passed on as it is), a fault that keeps the
 * host of a container out of the operator's reach, or a failure on the way.
 */
export type DeniedBy = "fence" | "engine" | "reach" | "failure";

/** Ends a request with an error answer; it never leaves the fence. */
export class Denied extends Error {
  override readonly name = "Denied";
  readonly status: number;
  readonly by: DeniedBy;

  constructor(status: number, message: string, by: DeniedBy) {
    super(message);
    this.status = status;
    this.by = by;
  }
}

/** A request that the fence's rules don't allow. `reason` completes the sentence "refused by the fence: …". */
export function refused(reason: string, status = 403): Denied {
  return new Denied(status, `refused by the fence: ${reason}`, "fence");
}

/** A container whose host a fault made unreachable. */
export function unreachable(service: string): Denied {
  return new Denied(503, `no route to the host of ${service}`, "reach");
}
