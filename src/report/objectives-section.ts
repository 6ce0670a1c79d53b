import type { Evidence } from "../evidence/evidence.ts";
import { formatCount, formatInterval, formatSeconds, formatTarget } from "./figures.ts";
import { blocks, codeSpan, escapeText, table } from "./markdown.ts";

type Source = Evidence["objectives"]["source"]["rto"];

/** What the document promises, with its line, against what was measured, with its interval. */
export function objectivesSection(evidence: Evidence): string {
  const { objectives } = evidence;
  const rows = [
    [
      "RTO",
      target(objectives.rtoSeconds),
      rtoMeasured(evidence),
      rtoInterval(evidence),
      margin(objectives.rtoSeconds, evidence.measured.rtoSeconds),
      rtoAnswer(evidence),
      source(objectives.source.rto),
    ],
    [
      "RPO",
      target(objectives.rpoSeconds),
      rpoMeasured(evidence),
      rpoWrites(evidence),
      margin(objectives.rpoSeconds, evidence.measured.rpoSeconds),
      rpoAnswer(evidence),
      source(objectives.source.rpo),
    ],
  ];
  return blocks(
    "## Objectives and measurements",
    table(["objective", "target", "measured", "bounds", "margin", "verdict", "stated at"], rows, [
      "left",
      "right",
      "right",
      "right",
      "right",
    ]),
    parts(evidence),
  );
}

function target(seconds: number | null): string {
  return seconds === null ? "none stated" : `< ${formatTarget(seconds)}`;
}

function source(stated: Source): string {
  return stated === null
    ? ""
    : `${codeSpan(`${stated.file}:${String(stated.line)}`)} “${escapeText(plain(stated.text))}”`;
}

/** Bold and the like of the document's own Markdown are no part of what it says. */
function plain(markdown: string): string {
  return markdown.replace(/[*_`]+/g, "").trim();
}

function rtoMeasured({ measured }: Evidence): string {
  return measured.rtoSeconds === null ? "not measured" : formatSeconds(measured.rtoSeconds);
}

function rtoInterval({ measured }: Evidence): string {
  if (measured.rtoIntervalSeconds === null) return "";
  const { lower, upper } = measured.rtoIntervalSeconds;
  const delay = measured.documentedDelays.length === 0 ? "" : ", delays left out";
  return `${formatInterval(lower, upper)}${delay}`;
}

function rpoMeasured({ measured }: Evidence): string {
  if (measured.rpoAtLeastWindow) {
    return measured.windowSeconds === null
      ? "everything"
      : `≥ ${formatSeconds(measured.windowSeconds)}, all of the run`;
  }
  return measured.rpoSeconds === null ? "not measured" : formatSeconds(measured.rpoSeconds);
}

function rpoWrites({ kind, measured }: Evidence): string {
  if (kind === "restore") return measured.rpoSeconds === null ? "" : "from the document's schedules";
  if (measured.lostWrites === null) return "";
  const of = measured.acknowledgedWrites === null ? "" : ` of ${formatCount(measured.acknowledgedWrites)}`;
  return `${formatCount(measured.lostWrites)}${of} acknowledged writes`;
}

function margin(targetSeconds: number | null, seconds: number | null): string {
  if (targetSeconds === null || seconds === null) return "";
  const spare = targetSeconds - seconds;
  return spare > 0 ? `${formatSeconds(spare)} to spare` : `${formatSeconds(-spare)} over`;
}

function rtoAnswer({ objectives, measured, reasons, verdict }: Evidence): string {
  const codes = reasons.map((reason) => reason.code);
  if (codes.includes("rto-exceeded") || codes.includes("not-recovered")) return "**missed**";
  if (codes.includes("rto-undecided")) return "undecided";
  return kept(objectives.rtoSeconds, measured.rtoSeconds !== null, verdict);
}

function rpoAnswer({ objectives, measured, reasons, verdict }: Evidence): string {
  const missed = ["rpo-exceeded", "exposure-exceeds-rpo"];
  if (reasons.some(({ code }) => missed.includes(code))) return "**missed**";
  return kept(objectives.rpoSeconds, measured.rpoSeconds !== null, verdict);
}

function kept(targetSeconds: number | null, isMeasured: boolean, verdict: Evidence["verdict"]): string {
  if (targetSeconds === null) return "no target";
  if (!isMeasured) return "not measured";
  return verdict === "inconclusive" ? "not judged" : "met";
}

function parts({ measured }: Evidence): string {
  if (measured.rtoSeconds === null || measured.rtoParts.length === 0) return "";
  const rows = measured.rtoParts.map((part) => [escapeText(part.name), formatSeconds(part.seconds)]);
  if (measured.documentedDelays.length > 0) {
    rows.push([
      "**measured**",
      measured.rtoMeasuredSeconds === null ? "" : formatSeconds(measured.rtoMeasuredSeconds),
    ]);
    for (const delay of measured.documentedDelays) {
      rows.push([
        `${escapeText(delay.name)}, not waited out (${codeSpan(`${delay.source.file}:${String(delay.source.line)}`)})`,
        formatSeconds(delay.seconds),
      ]);
    }
  }
  rows.push(["**RTO**", `**${formatSeconds(measured.rtoSeconds)}**`]);
  return blocks("### Where the time went", table(["part", "time"], rows, ["left", "right"]));
}
