import type { EvidenceStep } from "./evidence.ts";

/** It ran and did not do what it should. A step that was left out, or to a person, did not run. */
export function stepFailed({ outcome }: Pick<EvidenceStep, "outcome">): boolean {
  return outcome === "failed" || outcome === "timed-out" || outcome === "no-effect";
}
