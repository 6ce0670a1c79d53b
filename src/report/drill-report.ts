import type { Distribution, DrillRecord } from "../evidence/drill-record.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { stepFailed } from "../evidence/step-failed.ts";
import type { RestoreProjection } from "../exposure/project-restore-time.ts";
import { distinctReasons } from "./distinct-reasons.ts";
import { formatCount, formatSeconds, formatShare } from "./figures.ts";
import { blocks, codeSpan, escapeText, table } from "./markdown.ts";
import { darkTheme, lightTheme } from "./picture-theme.ts";
import { projectionPicture } from "./projection-picture.ts";
import { projectionDescription, projectionFileNames, projectionSection } from "./projection-section.ts";
import { renderSvg } from "./render-svg.ts";
import { reportFileName, type ReportFiles } from "./report.ts";
import { verdictSentence, verdictWord } from "./verdict-sentence.ts";

/** One run under a drill. */
export interface DrillReportRun {
  /** Relative to the drill's folder. */
  readonly folder: string;
  readonly evidence: Evidence;
  /** Of its `evidence.json`, hexadecimal. */
  readonly evidenceSha256?: string;
}

/**
 * Makes the `report.md` over the runs of a drill: its checklist, each item with the evidence that decided, then each run; and the
 * pictures of what the runs show of restore time by size, where they show any.
 */
export async function renderDrillReport(
  drill: DrillRecord,
  runs: readonly DrillReportRun[],
  projection?: RestoreProjection,
): Promise<ReportFiles> {
  const report = blocks(
    `# ${escapeText(drill.title)}`,
    `**${escapeText(drillSentence(drill))}**`,
    `Drill ${codeSpan(drill.drill)}, started ${drill.startedAt}.`,
    checklist(drill),
    runTable(runs),
    findings(runs),
    drill.distributions.length === 0 ? "" : distributions(drill.distributions),
    projection === undefined ? "" : projectionSection(projection),
    index(runs),
  );
  const text = { [reportFileName]: `${report}\n` };
  if (projection === undefined) return text;
  const label = { title: "Restore time by size", description: projectionDescription(projection) };
  return {
    ...text,
    [projectionFileNames.light]: await renderSvg(projectionPicture(projection, lightTheme), label),
    [projectionFileNames.dark]: await renderSvg(projectionPicture(projection, darkTheme), label),
  };
}

function drillSentence({ verdict, items }: DrillRecord): string {
  const count = (wanted: Evidence["verdict"]): number =>
    items.filter((item) => item.verdict === wanted).length;
  const rest = [
    ...(count("missed") > 0 ? [`${String(count("missed"))} refuted`] : []),
    ...(count("inconclusive") > 0 ? [`${String(count("inconclusive"))} open`] : []),
  ];
  const proven = `${String(count("met"))} of ${String(items.length)} items are proven by evidence`;
  return `${verdictWord[verdict]}: ${[proven, ...rest].join(", ")}.`;
}

function checklist({ items }: DrillRecord): string {
  if (items.length === 0) return "";
  const box = { met: "[x]", missed: "[ ]", inconclusive: "[ ]" } as const;
  return blocks(
    "## Checklist",
    "A box is ticked by evidence and never by hand.",
    items
      .map((item) => {
        const line = item.line === null ? "" : ` (line ${String(item.line)})`;
        const links = item.evidence.map((folder) => reportLink(folder)).join(", ");
        return `- ${box[item.verdict]} ${escapeText(item.text)}${line}: ${item.verdict === "met" ? "met" : `**${item.verdict}**`}${links === "" ? "" : `, ${links}`}`;
      })
      .join("\n"),
  );
}

function reportLink(folder: string): string {
  return `[${escapeText(folder)}](${encodeURI(`${folder}/report.md`)})`;
}

function runTable(runs: readonly DrillReportRun[]): string {
  if (runs.length === 0) return "No run left evidence.";
  return blocks(
    "## Runs",
    table(
      ["run", "verdict", "RTO", "RPO", "lost writes", "steps that failed"],
      runs.map(({ folder, evidence }) => [
        reportLink(folder),
        evidence.verdict === "met" ? "met" : `**${evidence.verdict}**`,
        secondsOrNone(evidence.measured.rtoSeconds),
        evidence.measured.rpoAtLeastWindow ? "all of the run" : secondsOrNone(evidence.measured.rpoSeconds),
        evidence.measured.lostWrites === null ? "" : formatCount(evidence.measured.lostWrites),
        String(evidence.steps.filter(stepFailed).length),
      ]),
      ["left", "left", "right", "right", "right", "right"],
    ),
    runs
      .map(({ folder, evidence }) => `- ${reportLink(folder)}: ${escapeText(verdictSentence(evidence))}`)
      .join("\n"),
  );
}

/** What is to be done something about: every reason of every run. */
function findings(runs: readonly DrillReportRun[]): string {
  const found = runs.flatMap(({ folder, evidence }) =>
    distinctReasons(evidence).map(
      ({ code, message }) => `- ${codeSpan(code)} in ${reportLink(folder)}: ${escapeText(message)}`,
    ),
  );
  return blocks("## Findings", found.length === 0 ? "None." : found.join("\n"));
}

function distributions(all: readonly Distribution[]): string {
  return blocks(
    "## Repeats",
    "The bound holds for runs like these, in which only the instant of the fault differed; a real disaster differs in more.",
    table(
      [
        "scenario",
        "runs",
        "met",
        "missed",
        "inconclusive",
        "RTO min / median / p95 / max",
        "lost writes min / median / p95 / max",
        "met with probability",
      ],
      all.map((scenario) => [
        codeSpan(scenario.scenario),
        String(scenario.runs),
        String(scenario.met),
        String(scenario.missed),
        String(scenario.inconclusive),
        quantiles(scenario.rtoSeconds, formatSeconds),
        quantiles(scenario.lostWrites, formatCount),
        `≥ ${formatShare(scenario.probabilityOfMetAtLeast)} at ${formatShare(scenario.confidence)} confidence`,
      ]),
      ["left", "right", "right", "right", "right", "right", "right", "right"],
    ),
  );
}

function quantiles(values: Distribution["rtoSeconds"], format: (value: number) => string): string {
  return values === null ? "" : [values.min, values.median, values.p95, values.max].map(format).join(" / ");
}

function index(runs: readonly DrillReportRun[]): string {
  const rows = runs.flatMap(({ folder, evidenceSha256 }) =>
    evidenceSha256 === undefined ? [] : [[codeSpan(`${folder}/evidence.json`), codeSpan(evidenceSha256)]],
  );
  return rows.length === 0 ? "" : blocks("## Index of evidence", table(["file", "sha256"], rows));
}

function secondsOrNone(seconds: number | null): string {
  return seconds === null ? "not measured" : formatSeconds(seconds);
}
