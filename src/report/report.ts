import type { Evidence } from "../evidence/evidence.ts";
import type { TimelineEvent } from "../timeline/event.ts";
import type { LedgerEntry } from "../workload/ledger-entry.ts";
import { archivingSection } from "./archiving-section.ts";
import { damageSection } from "./damage-section.ts";
import { definitionsSection } from "./definitions-section.ts";
import { distinctReasons } from "./distinct-reasons.ts";
import { environmentSection, indexSection } from "./environment-section.ts";
import { exposureSection } from "./exposure-section.ts";
import { isUndone } from "./fault-end.ts";
import { formatSeconds } from "./figures.ts";
import { integritySection, oracleSection } from "./integrity-section.ts";
import { lossSection } from "./loss-section.ts";
import { blocks, codeSpan, escapeText, table } from "./markdown.ts";
import { objectivesSection } from "./objectives-section.ts";
import { pictureData } from "./picture-data.ts";
import { pictureDescription, pictureFileNames, pictureSection } from "./picture-section.ts";
import { pictureSpec } from "./picture-spec.ts";
import { darkTheme, lightTheme } from "./picture-theme.ts";
import { replicationSection } from "./replication-section.ts";
import { retentionSection } from "./retention-section.ts";
import { restoreSection } from "./restore-section.ts";
import { renderSvg } from "./render-svg.ts";
import { failedLinesSection, stepsSection } from "./steps-section.ts";
import { worstCaseSection } from "./worst-case-section.ts";
import { verdictSentence } from "./verdict-sentence.ts";

export interface ReportInput {
  readonly evidence: Evidence;
  readonly events: readonly TimelineEvent[];
  /** The ledger, for the picture. */
  readonly entries: Iterable<LedgerEntry>;
  /** Sha-256 of `evidence.json`, hexadecimal: the one file that the evidence itself can't list. */
  readonly evidenceSha256?: string;
}

/** Content by file name, relative to the folder of the evidence. */
export type ReportFiles = Readonly<Record<string, string>>;

export const reportFileName = "report.md";

/** Makes the report of one run: `report.md` and its picture. The same input gives the same bytes. */
export async function renderReport(input: ReportInput): Promise<ReportFiles> {
  const { evidence, events, entries, evidenceSha256 } = input;
  const data = pictureData(evidence, events, entries);
  const report = blocks(
    `# ${escapeText(evidence.title)}`,
    `**${escapeText(verdictSentence(evidence))}**`,
    reasons(evidence),
    missing(evidence),
    damageSection(evidence),
    objectivesSection(evidence),
    pictureSection(evidence, data),
    failedLinesSection(evidence),
    stepsSection(evidence),
    replicationSection(evidence),
    restoreSection(evidence),
    retentionSection(evidence),
    archivingSection(evidence),
    lossSection(evidence),
    integritySection(evidence),
    oracleSection(evidence),
    exposureSection(evidence),
    evidence.worstCase === null ? "" : worstCaseSection(evidence.worstCase),
    faults(evidence),
    environmentSection(evidence),
    definitionsSection(evidence),
    indexSection(evidence, evidenceSha256),
  );
  if (data === undefined) return { [reportFileName]: `${report}\n` };
  const text = { title: evidence.title, description: pictureDescription(evidence, data) };
  return {
    [reportFileName]: `${report}\n`,
    [pictureFileNames.light]: await renderSvg(pictureSpec(data, lightTheme), text),
    [pictureFileNames.dark]: await renderSvg(pictureSpec(data, darkTheme), text),
  };
}

function reasons(evidence: Evidence): string {
  return distinctReasons(evidence)
    .map(({ code, message }) => `- ${codeSpan(code)}: ${escapeText(message)}`)
    .join("\n");
}

function missing({ partial, notices }: Evidence): string {
  return blocks(
    partial.length === 0
      ? ""
      : `This evidence is incomplete:\n\n${partial.map(({ what, why }) => `- no ${escapeText(what)}: ${escapeText(why)}`).join("\n")}`,
    notices.length === 0
      ? ""
      : `Notices:\n\n${notices.map((notice) => `- ${escapeText(notice)}`).join("\n")}`,
  );
}

function faults({ checks, faults: injected, measured }: Evidence): string {
  // What was planted for the checks has a section of its own.
  if (injected.length === 0 && checks.length > 0) return "";
  if (injected.length === 0) return blocks("## Faults", "None was injected.");
  const since = (seconds: number): string =>
    measured.faultAtSeconds === null ? "" : formatSeconds(seconds - measured.faultAtSeconds);
  return blocks(
    "## Faults",
    table(
      ["fault", "injected at", "observed", "when service had returned", "lifted at"],
      injected.map((fault) => [
        `${codeSpan(fault.name)}${fault.transient ? " (ends by its nature)" : ""}`,
        since(fault.calledAtSeconds),
        reading(fault.observed),
        isUndone(fault) ? `undone: ${escapeText(fault.atRecovery?.detail ?? "")}` : reading(fault.atRecovery),
        fault.liftedAtSeconds === null ? "" : since(fault.liftedAtSeconds),
      ]),
      ["left", "right", "left", "left", "right"],
    ),
  );
}

function reading(found: Evidence["faults"][number]["observed"]): string {
  if (found === null) return "not read";
  return `${found.inForce ? "in force" : "**not in force**"}: ${escapeText(found.detail)}`;
}
