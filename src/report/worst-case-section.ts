import type { DocumentExposure } from "../exposure/document-exposure.ts";
import type { DocumentLine } from "../exposure/document-line.ts";
import type { WorstCaseRow } from "../exposure/worst-case-loss.ts";
import { sayDuration } from "../exposure/wording.ts";
import { formatTarget } from "./figures.ts";
import { blocks, codeSpan, escapeText, folded, table } from "./markdown.ts";

const disasters: Readonly<Record<WorstCaseRow["disaster"], string>> = {
  "node-lost": "the node that serves dies",
  "nodes-lost": "all nodes, or their storage, are gone",
  "logical-damage": "damage that replication copies",
  "backup-store-lost": "the store of the backups is gone",
  "configuration-lost": "the configuration is lost",
};

const stores: Readonly<Record<WorstCaseRow["store"], string>> = {
  database: "database",
  redis: "Redis",
  configuration: "configuration",
};

const promises: Readonly<Record<WorstCaseRow["promise"], string>> = {
  holds: "holds",
  "cannot-hold": "**can't hold**",
  undecided: "left open",
  "none-stated": "none stated",
};

/** What the document can lose at worst, from its own lines, whatever one run measured; and where it contradicts itself. */
export function worstCaseSection(exposure: DocumentExposure): string {
  return blocks(
    "## Worst case, from the document alone",
    `Read from ${codeSpan(exposure.file)}: what its schedules allow to be lost, whatever one run lost. Measured is at most how long making a copy takes, where this run made one.${targets(exposure)}`,
    rowTable(exposure),
    findingList(exposure),
    notUnderstoodList(exposure),
    reasonList(exposure),
  );
}

function targets({ rpoSeconds, rtoSeconds }: DocumentExposure): string {
  const rpo = rpoSeconds === null ? "no RPO" : `an RPO of < ${formatTarget(rpoSeconds)}`;
  const rto = rtoSeconds === null ? "no RTO" : `an RTO of < ${formatTarget(rtoSeconds)}`;
  return ` It promises ${rpo} and ${rto}.`;
}

function rowTable({ rows }: DocumentExposure): string {
  if (rows.length === 0) return "";
  return table(
    ["when", "data", "brought back by", "lost at worst", "RPO", "lines"],
    rows.map((row) => [
      disasters[row.disaster],
      stores[row.store],
      broughtBackBy(row),
      lost(row),
      promises[row.promise],
      lineNumbers(row.lines),
    ]),
  );
}

function broughtBackBy({ disaster, coveredBy }: WorstCaseRow): string {
  if (disaster === "backup-store-lost") return "nothing live is lost";
  return coveredBy === null ? "**nothing**" : escapeText(coveredBy);
}

function lost({ loss, lossSeconds, isAtLeast }: WorstCaseRow): string {
  if (loss === "everything") return "everything";
  if (loss === "unbounded") return "no bound";
  if (lossSeconds === null) return "not known";
  return `${isAtLeast ? "more than " : ""}${sayDuration(lossSeconds)}`;
}

function findingList({ findings }: DocumentExposure): string {
  if (findings.length === 0) return "No line of the document shows that a promise of it can't hold.";
  return blocks(
    "### What the document can't keep",
    findings
      .map(
        ({ code, message, needed, lines }) =>
          `- ${codeSpan(code)} ${escapeText(message)} ${escapeText(needed)}${quotes(lines)}`,
      )
      .join("\n"),
  );
}

/** The lines themselves, so that nobody has to look them up. */
function quotes(lines: readonly DocumentLine[]): string {
  return lines
    .map(({ file, line, text }) => `\n  - ${codeSpan(`${file}:${String(line)}`)} ${codeSpan(text)}`)
    .join("");
}

function notUnderstoodList({ notUnderstood }: DocumentExposure): string {
  if (notUnderstood.length === 0) return "";
  return blocks(
    "### What could not be read",
    "These lines count for nothing above.",
    notUnderstood
      .map(({ source, why }) => {
        const text = source.text === "" ? "" : ` ${codeSpan(source.text)}`;
        return `- ${codeSpan(`${source.file}:${String(source.line)}`)}${text} ${escapeText(why)}`;
      })
      .join("\n"),
  );
}

function reasonList({ rows }: DocumentExposure): string {
  if (rows.length === 0) return "";
  const items = rows.map((row) => {
    const others = row.others.map((each) => `\n  - ${escapeText(each)}`).join("");
    return `- ${disasters[row.disaster]} (${stores[row.store]}): ${escapeText(row.sentence)}${others}`;
  });
  return folded("Each disaster, with every mechanism and what it is worth", items.join("\n"));
}

function lineNumbers(lines: readonly DocumentLine[]): string {
  return lines.map(({ line }) => String(line)).join(", ");
}
