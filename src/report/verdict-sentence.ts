import type { Evidence } from "../evidence/evidence.ts";
import { stepFailed } from "../evidence/step-failed.ts";
import { countOf, formatSeconds } from "./figures.ts";

export const verdictWord = {
  met: "Met",
  missed: "Missed",
  inconclusive: "Inconclusive",
} as const satisfies Record<Evidence["verdict"], string>;

/** What a run showed, in one sentence of plain text. */
export function verdictSentence(evidence: Evidence): string {
  switch (evidence.verdict) {
    case "met":
      return `Met: ${whatHappened(evidence)}.`;
    case "missed":
      return `Missed: ${whatHappened(evidence)}${stepsThatFailed(evidence)}.`;
    case "inconclusive":
      return `Inconclusive, so evidence of nothing: ${firstReason(evidence)}`;
  }
}

function whatHappened(evidence: Evidence): string {
  if (evidence.kind === "restore") return restoreClause(evidence);
  if (evidence.kind !== "outage" && evidence.measured.rtoSeconds === null)
    return outcomeWithoutOutage(evidence);
  const replication = replicationClause(evidence);
  // Without a baseline there was nothing to recover from.
  if (replication !== "" && evidence.baseline === null) return replication;
  return [replication, serviceClause(evidence), lossClause(evidence)]
    .filter((clause) => clause !== "")
    .join(", and ");
}

function replicationClause({ replication }: Evidence): string {
  const missed = replication
    .filter(({ arrived }) => !arrived)
    .map(({ primary, replica }) => `what is written on ${primary} does not arrive on ${replica}`);
  return [...new Set(missed)].join(", and ");
}

function restoreClause({ restores, measured, objectives, reasons }: Evidence): string {
  const [first] = reasons;
  if (restores.length === 0 || measured.rtoSeconds === null)
    return (first?.message ?? "nothing was restored").replace(/\.$/, "");
  const complete = restores.every(({ missingWrites, baseDataLost }) => missingWrites + baseDataLost === 0);
  const what = complete ? recoveryClause(restores) : "the restored copy is incomplete";
  return `restored and verified in ${formatSeconds(measured.rtoSeconds)}${objective(objectives.rtoSeconds)}, and ${what}`;
}

function recoveryClause(restores: Evidence["restores"]): string {
  const instants = restores.flatMap(({ recovery }) => recovery ?? []);
  if (instants.length === 0)
    return "everything that was acknowledged before the backup began is in the restored copy";
  const exact = instants.filter(({ missingWrites, laterWrites }) => missingWrites === 0 && laterWrites === 0);
  return `${exact.length} of ${countOf(instants.length, "instant")} came back with exactly what had committed by then`;
}

function outcomeWithoutOutage({ checks, verdict, reasons, steps }: Evidence): string {
  if (checks.length > 0 && verdict !== "inconclusive") {
    const unnoticed = checks.filter(({ noticed }) => noticed === false).length;
    const falseAlarms = reasons.filter(({ code }) => code === "false-alarm").length;
    return `of ${countOf(checks.length, "kind")} of planted damage the checks missed ${unnoticed === 0 ? "none" : String(unnoticed)}, and over intact data they raised ${falseAlarms === 0 ? "no alarm" : countOf(falseAlarms, "false alarm")}`;
  }
  if (verdict === "met")
    return `${countOf(steps.length, "step")} followed, and everything holds that was to hold`;
  return (reasons[0]?.message ?? "").replace(/\.$/, "");
}

function serviceClause({ measured, objectives, reasons }: Evidence): string {
  if (measured.rtoSeconds === null) {
    return reasons.some((reason) => reason.code === "not-recovered")
      ? "service did not come back"
      : "no time to recovery could be measured";
  }
  const delay = measured.documentedDelays.reduce((sum, { seconds }) => sum + seconds, 0);
  const included = delay === 0 ? "" : `, documented delays of ${formatSeconds(delay)} included`;
  return `service was back and verified ${formatSeconds(measured.rtoSeconds)} after the fault${objective(objectives.rtoSeconds)}${included}`;
}

function objective(seconds: number | null): string {
  return seconds === null ? "" : ` (objective: under ${formatSeconds(seconds)})`;
}

function lossClause(evidence: Evidence): string {
  const { measured, objectives } = evidence;
  if (measured.lostWrites === null) return "";
  if (measured.lostWrites === 0 && measured.rpoAtLeastWindow)
    return `${goneClause(evidence)}${objective(objectives.rpoSeconds)}`;
  if (measured.lostWrites === 0 && !measured.rpoAtLeastWindow) return "no acknowledged write was lost";
  const verb = measured.lostWrites === 1 ? "was" : "were";
  const lost = `${countOf(measured.lostWrites, "acknowledged write")} ${verb} lost`;
  if (measured.rpoAtLeastWindow) {
    return `${lost}, back to the beginning of the run or beyond${objective(objectives.rpoSeconds)}`;
  }
  const worth = measured.rpoSeconds === null ? "" : `, ${formatSeconds(measured.rpoSeconds)} of work`;
  return `${lost}${worth}${objective(objectives.rpoSeconds)}`;
}

/** Data from before the run is gone, and what was acknowledged in it was destroyed rather than left behind by a failover. */
function goneClause({ losses }: Evidence): string {
  const gone = losses.reduce((sum, { total }) => sum + total, 0);
  const more = gone === 0 ? "" : `, with ${countOf(gone, "acknowledged write")}`;
  return `data from before the run is gone${more}`;
}

function stepsThatFailed({ steps }: Evidence): string {
  const bad = steps.filter(stepFailed);
  return bad.length === 0
    ? ""
    : `; ${String(bad.length)} of ${countOf(steps.length, "step")} failed or did nothing`;
}

function firstReason({ reasons, partial }: Evidence): string {
  return reasons[0]?.message ?? partial[0]?.why ?? "nothing was measured.";
}
