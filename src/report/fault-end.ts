import type { Evidence } from "../evidence/evidence.ts";

type Fault = Evidence["faults"][number];

/** When a fault was over, as far as a run shows, in seconds of its clock; null: in force to the end. */
export function faultEnd(fault: Fault, { measured }: Evidence): number | null {
  if (!isUndone(fault)) return fault.liftedAtSeconds;
  const returns = measured.streams.flatMap(({ returnedAtSeconds }) => returnedAtSeconds?.to ?? []);
  return returns.length === 0 ? fault.liftedAtSeconds : Math.max(...returns);
}

/** Damage to data that was no longer there when service had returned: nobody lifted it, recovery undid it. */
export function isUndone({ damage, atRecovery }: Fault): boolean {
  return damage === true && atRecovery?.inForce === false;
}
