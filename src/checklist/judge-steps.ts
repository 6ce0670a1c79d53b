import type { EvidenceStep } from "../evidence/evidence.ts";
import { stepFailed } from "../evidence/step-failed.ts";
import type { Verdict } from "../judgement/finding.ts";

/** Whether every one of these steps did what it should; of none, nothing is known. */
export function judgeSteps(steps: readonly EvidenceStep[]): Verdict {
  if (steps.some(stepFailed)) return "missed";
  return steps.length > 0 && steps.every(({ outcome }) => outcome === "succeeded") ? "met" : "inconclusive";
}
