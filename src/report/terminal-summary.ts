import { stripVTControlCharacters, styleText } from "node:util";
import type { DrillRecord } from "../evidence/drill-record.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { noticedSentence } from "./damage-section.ts";
import { distinctReasons } from "./distinct-reasons.ts";
import { formatCount, formatInterval, formatSeconds, formatTarget } from "./figures.ts";
import { verdictSentence } from "./verdict-sentence.ts";

export interface TerminalSummaryOptions {
  /** Only where a terminal shows it, and NO_COLOR is not set. */
  readonly colour: boolean;
  /** Default 80. */
  readonly columns?: number;
}

/** What one run measured, for the end of its output: verdict, RTO in parts, RPO, integrity, reasons. Ends in a line feed. */
export function terminalSummary(
  evidence: Evidence,
  { colour, columns = 80 }: TerminalSummaryOptions,
): string {
  const paint = (format: Parameters<typeof styleText>[0], text: string): string =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  const verdictColour = ({ met: "green", missed: "red", inconclusive: "yellow" } as const)[evidence.verdict];
  const lines = [
    "",
    ...wrap(printable(evidence.title), columns).map((line) => paint("bold", line)),
    ...wrap(printable(verdictSentence(evidence)), columns).map((line) =>
      paint(["bold", verdictColour], line),
    ),
    "",
    ...row("RTO", rtoText(evidence), columns),
    ...evidence.measured.rtoParts.map(({ name, seconds }) => partLine(printable(name), seconds)),
    ...(evidence.measured.rtoSeconds === null
      ? []
      : evidence.measured.documentedDelays.map(({ name, seconds }) =>
          partLine(`${printable(name)}, not waited out`, seconds),
        )),
    ...row("RPO", rpoText(evidence), columns),
    ...row("Steps", stepsText(evidence), columns),
    ...(evidence.checks.length === 0 ? [] : row("Checks", noticedSentence(evidence.checks), columns)),
    ...row("Integrity", integrityText(evidence), columns),
    ...distinctReasons(evidence).flatMap(({ code, message }, index) =>
      row(index === 0 ? "Reasons" : "", printable(`${code}: ${message}`), columns),
    ),
    ...evidence.partial.flatMap(({ what, why }, index) =>
      row(index === 0 ? "Missing" : "", printable(`${what}: ${why}`), columns),
    ),
    "",
  ];
  return `${lines.join("\n")}\n`;
}

/** The checklist of a drill, for the end of its output. Ends in a line feed. */
export function terminalChecklist(
  { title, items }: DrillRecord,
  { colour, columns = 80 }: TerminalSummaryOptions,
): string {
  const colours = { met: "green", missed: "red", inconclusive: "yellow" } as const;
  const lines = items.flatMap(({ text, verdict }) => {
    const box = verdict === "met" ? "[x]" : "[ ]";
    const [first = "", ...rest] = wrap(`${box} ${printable(text)}: ${verdict}`, columns);
    return [first, ...rest.map((line) => `    ${line}`)].map((line) =>
      colour ? styleText(colours[verdict], line, { validateStream: false }) : line,
    );
  });
  return `\n${wrap(printable(title), columns).join("\n")}\n${lines.join("\n")}\n\n`;
}

const labelWidth = 11;

function rtoText({ measured, objectives }: Evidence): string {
  if (measured.rtoSeconds === null) return `not measured${against(objectives.rtoSeconds)}`;
  const bounds = measured.rtoIntervalSeconds;
  const interval = bounds === null ? "" : `, measured ${formatInterval(bounds.lower, bounds.upper)}`;
  return `${formatSeconds(measured.rtoSeconds)}${against(objectives.rtoSeconds)}${interval}`;
}

function rpoText({ kind, measured, objectives }: Evidence): string {
  if (kind === "restore" && measured.rpoSeconds !== null)
    return `up to ${formatSeconds(measured.rpoSeconds)} by the document's schedules${against(objectives.rpoSeconds)}`;
  if (measured.lostWrites === null) return `not measured${against(objectives.rpoSeconds)}`;
  const of = measured.acknowledgedWrites === null ? "" : ` of ${formatCount(measured.acknowledgedWrites)}`;
  const seconds = measured.rpoAtLeastWindow
    ? "back to the beginning of the run"
    : measured.rpoSeconds === null
      ? "not measured in seconds"
      : formatSeconds(measured.rpoSeconds);
  return `${formatCount(measured.lostWrites)}${of} acknowledged writes lost, ${seconds}${against(objectives.rpoSeconds)}`;
}

function against(target: number | null): string {
  return target === null ? ", no objective stated" : `, objective under ${formatTarget(target)}`;
}

function stepsText({ steps }: Evidence): string {
  if (steps.length === 0) return "none was run";
  const outcomes = [...new Set(steps.map((step) => step.outcome))];
  return outcomes
    .map((outcome) => `${String(steps.filter((step) => step.outcome === outcome).length)} ${outcome}`)
    .join(", ");
}

function integrityText({ integrity }: Evidence): string {
  if (integrity.length === 0) return "nothing was compared";
  const wrong = integrity.filter((check) => check.holds !== true);
  if (wrong.length === 0) return `${String(integrity.length)} of ${String(integrity.length)} checks hold`;
  return wrong.map((check) => `${printable(check.name)}: ${printable(check.found)}`).join("; ");
}

function partLine(name: string, seconds: number): string {
  const longest = 52;
  const text = name.length > longest ? `${name.slice(0, longest - 1)}…` : name;
  return `${" ".repeat(labelWidth)}${text.padEnd(longest)} ${formatSeconds(seconds).padStart(9)}`;
}

function row(label: string, text: string, columns: number): string[] {
  return wrap(text, columns - labelWidth).map(
    (line, index) => `${(index === 0 ? label : "").padEnd(labelWidth)}${line}`,
  );
}

/** Breaks at spaces; a word that is longer than a line stays whole, so that a path can be copied. */
function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const candidate = line === "" ? word : `${line} ${word}`;
    if (candidate.length > columns && line !== "") {
      lines.push(line);
      line = word;
    } else line = candidate;
  }
  return [...lines, line];
}

/** A document's or a server's text may not steer the terminal. */
function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\p{Cf}]+/gu, " ");
}
