import type { Evidence, EvidenceStep } from "../evidence/evidence.ts";
import { stepFailed } from "../evidence/step-failed.ts";
import { formatCount, formatSeconds } from "./figures.ts";
import { blocks, codeSpan, escapeText, table } from "./markdown.ts";
import { verdictSentence } from "./verdict-sentence.ts";

export interface ComparisonSide {
  /** For the head of its column, for instance `as documented`. */
  readonly label: string;
  readonly evidence: Evidence;
  /** Of its report, relative to the comparison; undefined for no link. */
  readonly folder?: string;
}

/** Two runs of one scenario beside each other: what the document is worth, and what its correction is. */
export function renderComparison(a: ComparisonSide, b: ComparisonSide): string {
  const sides = [a, b];
  const rows: [string, (evidence: Evidence) => string][] = [
    ["verdict", ({ verdict }) => (verdict === "met" ? "met" : `**${verdict}**`)],
    ["runbook", ({ runbook }) => (runbook === null ? "" : codeSpan(`${runbook.file}#${runbook.slug}`))],
    [
      "RTO",
      ({ measured }) =>
        measured.rtoSeconds === null ? "service did not come back" : formatSeconds(measured.rtoSeconds),
    ],
    ["RPO", rpo],
    ["acknowledged writes lost", ({ measured }) => count(measured.lostWrites)],
    ["writes on two branches", ({ measured }) => count(measured.divergentWrites)],
    [
      "steps that failed or did nothing",
      ({ steps }) => `${String(steps.filter(stepFailed).length)} of ${String(steps.length)}`,
    ],
    [
      "integrity checks that hold",
      ({ integrity }) =>
        `${String(integrity.filter((check) => check.holds === true).length)} of ${String(integrity.length)}`,
    ],
    ["where the application points", targets],
    [
      "same after a restart",
      ({ aftershock }) => (aftershock === null ? "not tried" : aftershock.durable ? "yes" : "**no**"),
    ],
  ];
  return blocks(
    `## ${capital(escapeText(a.label))} beside ${escapeText(b.label)}`,
    sides
      .map(
        ({ label, evidence, folder }) =>
          `- ${reference(label, folder)}: ${escapeText(verdictSentence(evidence))}`,
      )
      .join("\n"),
    table(
      ["", escapeText(a.label), escapeText(b.label)],
      rows.map(([name, cell]) => [name, ...sides.map((side) => cell(side.evidence))]),
    ),
    stepTable(a, b),
  );
}

/** Steps of the same title stand beside each other; what only one side has stands where it comes. */
function stepTable(a: ComparisonSide, b: ComparisonSide): string {
  const rows: [EvidenceStep | undefined, EvidenceStep | undefined][] = [];
  let nextOfB = 0;
  for (const step of a.evidence.steps) {
    const match = b.evidence.steps.findIndex((other, index) => index >= nextOfB && sameTitle(step, other));
    if (match === -1) {
      rows.push([step, undefined]);
      continue;
    }
    for (const added of b.evidence.steps.slice(nextOfB, match)) rows.push([undefined, added]);
    rows.push([step, b.evidence.steps[match]]);
    nextOfB = match + 1;
  }
  for (const added of b.evidence.steps.slice(nextOfB)) rows.push([undefined, added]);
  if (rows.length === 0) return "";
  return table(
    [`step, ${escapeText(a.label)}`, "outcome", `step, ${escapeText(b.label)}`, "outcome"],
    rows.map((pair) =>
      pair.flatMap((step) => (step === undefined ? ["", ""] : [stepName(step), outcome(step)])),
    ),
  );
}

function sameTitle(a: EvidenceStep, b: EvidenceStep): boolean {
  return a.title.trim().toLowerCase() === b.title.trim().toLowerCase();
}

function stepName(step: EvidenceStep): string {
  return `${escapeText(step.id)} ${escapeText(step.title)} (line ${String(step.line)})`;
}

function outcome(step: EvidenceStep): string {
  return stepFailed(step) ? `**${step.outcome}**` : step.outcome;
}

function rpo({ measured }: Evidence): string {
  if (measured.rpoAtLeastWindow) return "all of the run";
  return measured.rpoSeconds === null ? "not measured" : formatSeconds(measured.rpoSeconds);
}

function targets({ applicationTargets }: Evidence): string {
  return applicationTargets
    .map(
      ({ host, node, writable }) =>
        `${codeSpan(host)}${node === null ? ", where nothing answers" : writable ? "" : ", which takes no writes"}`,
    )
    .filter((target, index, all) => all.indexOf(target) === index)
    .join("; ");
}

function reference(label: string, folder: string | undefined): string {
  return folder === undefined
    ? escapeText(label)
    : `[${escapeText(label)}](${encodeURI(`${folder}/report.md`)})`;
}

function count(value: number | null): string {
  return value === null ? "not measured" : formatCount(value);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
