import { sketchedRun, type RunSketch } from "../../measurement/testing/sketched-run.ts";
import type { FindingCode } from "../finding.ts";
import { judge, type Judgement, type JudgementInput } from "../judge.ts";
import type { IntegrityCheck } from "../rule.ts";

export const holding: IntegrityCheck = {
  name: "Digest of tradelog",
  holds: true,
  expected: "a1",
  found: "a1",
};

/** Judges the run that works, but for what the sketch changes. */
export function judgedRun(sketch: RunSketch = {}, input: Partial<JudgementInput> = {}): Judgement {
  const { events, measured, reconciliations } = sketchedRun(sketch);
  return judge({ events, measured, reconciliations, integrity: [holding], ...input });
}

export function codesOf({ findings }: Judgement): FindingCode[] {
  return [...new Set(findings.map(({ code }) => code))];
}

export function messagesOf({ findings }: Judgement, code: FindingCode): string[] {
  return findings.filter((finding) => finding.code === code).map(({ message }) => message);
}
