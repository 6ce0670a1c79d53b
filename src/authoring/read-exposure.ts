import type { Observed } from "../exposure/coverage.ts";
import { documentExposure } from "../exposure/document-exposure.ts";
import type { OpenedRun } from "./open-run.ts";

type Reader = Pick<OpenedRun, "definition" | "chosen" | "timeline">;

/**
 * Puts on the timeline what the followed document can lose at worst, for a scenario that stands for a disaster. Once the run has made a
 * backup itself it is read again: what making a copy takes is part of what its schedule can lose.
 */
export function readExposure({ definition, chosen, timeline }: Reader, observed: Observed = {}): void {
  if (definition.worstCase === undefined) return;
  const { file } = chosen.runbook;
  const exposure = documentExposure(chosen.markdown, file, observed, chosen.promises.objectives);
  timeline.record({ kind: "document-read", exposure, case: definition.worstCase });
}

/** Reads it again with the time that the backup took, if each of its steps did what it should. */
export function readExposureAfterBackup(run: Reader, startedAt: number): void {
  const store = run.definition.worstCase?.store;
  const steps = run.timeline.events.flatMap((event) =>
    event.kind === "step-finished" && event.result.startedAt >= startedAt ? [event.result] : [],
  );
  const last = steps.at(-1);
  if (store === undefined || last === undefined || steps.some(({ outcome }) => outcome !== "succeeded"))
    return;
  readExposure(run, { backupSeconds: { [store]: (last.finishedAt - startedAt) / 1_000 } });
}
