import type { ReadDelay } from "../runbook/documented-delays.ts";
import type { Objectives } from "../timeline/event.ts";
import type { ExposureFinding } from "./exposure-findings.ts";
import type { RecoveryEstimate } from "./read-recovery-estimates.ts";
import { linesOf, sayDuration, sayLines } from "./wording.ts";

/**
 * Where the document's own estimates contradict its RTO, alone or with the delay before anybody is told (an alert's `for:`; the
 * longest one counts, for it may be the one that notices).
 */
export function estimateContradictions(
  estimates: readonly RecoveryEstimate[],
  { rtoSeconds, sources }: Objectives,
  delays: readonly ReadDelay[],
): ExposureFinding[] {
  if (rtoSeconds === undefined) return [];
  const alert = delays
    .filter(({ kind }) => kind === "alert")
    .reduce<ReadDelay | undefined>(
      (longest, each) => (each.seconds > (longest?.seconds ?? 0) ? each : longest),
      undefined,
    );
  return estimates.flatMap((estimate): ExposureFinding[] => {
    const { upperSeconds, lowerSeconds, source, subject } = estimate;
    const withAlert = upperSeconds + (alert?.seconds ?? 0);
    if (withAlert < rtoSeconds) return [];
    const rto = `the RTO of less than ${sayDuration(rtoSeconds)} (${sayLines(sources.rto)})`;
    const own = `“${quoted(source.text)}” (${sayLines(source)}${subject === "" ? "" : `, ${subject}`})`;
    const total = sayRange(lowerSeconds + (alert?.seconds ?? 0), withAlert);
    const waited =
      alert === undefined
        ? ""
        : `${alert.name} fires only after ${sayDuration(alert.seconds)} (${sayLines(alert.source)}): together ${total}`;
    const lines = linesOf(sources.rto, source, alert?.source);
    const needed = `Needed: ${alert === undefined ? "an estimate that stays" : "an alert and an estimate that together stay"} under ${sayDuration(rtoSeconds)}, or an RTO above ${sayDuration(withAlert)}.`;
    if (upperSeconds < rtoSeconds) {
      const message = `${own} alone keeps ${rto}, but ${waited}.`;
      return [{ code: "estimate-with-delay-exceeds-rto", message, needed, lines }];
    }
    const how =
      lowerSeconds >= rtoSeconds && upperSeconds > lowerSeconds
        ? "even at its lower end"
        : upperSeconds === rtoSeconds
          ? "which is reached and not undercut"
          : `${upperSeconds > lowerSeconds ? "at its upper end " : ""}by ${sayDuration(upperSeconds - rtoSeconds)}`;
    const message = `${own} contradicts ${rto}, ${how}${waited === "" ? "" : `; and ${waited}`}.`;
    return [{ code: "estimate-exceeds-rto", message, needed, lines }];
  });
}

function quoted(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

function sayRange(lower: number, upper: number): string {
  return lower === upper ? sayDuration(upper) : `${sayDuration(lower)} to ${sayDuration(upper)}`;
}
