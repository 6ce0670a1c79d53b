import { readDocumentedDelays } from "../runbook/documented-delays.ts";
import { readObjectives } from "../runbook/objectives.ts";
import type { Objectives } from "../timeline/event.ts";
import type { Observed } from "./coverage.ts";
import { estimateContradictions } from "./estimate-contradictions.ts";
import { readBackupPromises } from "./read-backup-promises.ts";
import { readRecoveryEstimates } from "./read-recovery-estimates.ts";
import { worstCaseLoss, type WorstCase } from "./worst-case-loss.ts";

/** The exposure of a document, with what its estimates contradict. */
export interface DocumentExposure extends WorstCase {
  readonly file: string;
  readonly rtoSeconds: number | null;
}

/**
 * What a document can lose at worst and where it contradicts itself, from its own lines alone.
 *
 * @param fallback Objectives that count where the document states none.
 * @throws HarnessError 65 for binary content, an unterminated fence or a malformed objective.
 */
export function documentExposure(
  markdown: string,
  file: string,
  observed: Observed = {},
  fallback?: Objectives,
): DocumentExposure {
  const stated = readObjectives(markdown, file);
  const objectives =
    stated.rtoSeconds === undefined && stated.rpoSeconds === undefined ? (fallback ?? stated) : stated;
  const worst = worstCaseLoss(readBackupPromises(markdown, file), objectives, observed);
  const { estimates, notUnderstood } = readRecoveryEstimates(markdown, file);
  const delays = readDocumentedDelays(markdown, file);
  return {
    ...worst,
    file,
    rtoSeconds: objectives.rtoSeconds ?? null,
    findings: [...worst.findings, ...estimateContradictions(estimates, objectives, delays)],
    notUnderstood: [...worst.notUnderstood, ...notUnderstood],
  };
}
