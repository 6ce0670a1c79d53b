import type { StepResult } from "../runbook/model.ts";
import type { Instant } from "../timeline/clock.ts";
import type { RtoPart } from "./measurement.ts";
import { stepRan } from "./recorded-run.ts";
import { verifications } from "./verification.ts";

export interface RtoSpan {
  /** t₀ */
  readonly faultAt: Instant;
  /** When a probe or a client first saw it; undefined when nothing did. */
  readonly detectedAt: Instant | undefined;
  readonly steps: readonly StepResult[];
  /** Upper bound of recovery. */
  readonly recoveredAt: Instant;
}

/**
 * The RTO in consecutive parts whose sum is its upper bound: `detect` (t₀ to the first sign), `decide` (to the first step), each
 * step up to the start of the next, `verify` (the verifications that end the runbook, together), and `return` where service came
 * back after that. What happened after recovery is in no part.
 */
export function rtoParts({ faultAt, detectedAt, steps, recoveredAt }: RtoSpan): RtoPart[] {
  const ran = steps.filter((result) => stepRan(result) && result.finishedAt > faultAt);
  const verifying = new Set(verifications(steps));
  const lastActing = ran.findLastIndex((result) => !verifying.has(result));
  const firstStepAt = Math.max(faultAt, ran[0]?.startedAt ?? recoveredAt);
  // A runbook that began before anyone saw the fault needed no detection.
  const decidedFrom = Math.min(detectedAt ?? firstStepAt, firstStepAt);

  const starts: { readonly name: string; readonly at: Instant }[] = [
    { name: "detect", at: faultAt },
    { name: "decide", at: decidedFrom },
    ...ran.slice(0, lastActing + 1).map(({ step, startedAt }) => ({
      name: `step ${step.id}: ${step.title}`,
      at: Math.max(faultAt, startedAt),
    })),
  ];
  const firstVerifying = ran[lastActing + 1];
  if (firstVerifying !== undefined)
    starts.push({ name: "verify", at: Math.max(faultAt, firstVerifying.startedAt) });
  const last = ran.at(-1);
  starts.push({ name: "return", at: last?.finishedAt ?? recoveredAt });

  return starts.flatMap(({ name, at }, position) => {
    const end = Math.min(starts[position + 1]?.at ?? recoveredAt, recoveredAt);
    const lasted = end - at;
    const always = name === "detect" || name === "decide";
    return lasted > 0 || always ? [{ name, seconds: Math.max(0, lasted) / 1_000 }] : [];
  });
}
