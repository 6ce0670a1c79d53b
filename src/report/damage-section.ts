import type { Evidence } from "../evidence/evidence.ts";
import { countOf } from "./figures.ts";
import { blocks, codeSpan, escapeText, table } from "./markdown.ts";

/** Which planted damage the runbook's checks noticed; nothing for a run that planted none. */
export function damageSection({ checks }: Evidence): string {
  if (checks.length === 0) return "";
  return blocks(
    "## Damage that the checks noticed",
    `${noticedSentence(checks)} Each was read back before the first step and after the last, and undone before the next one; the checks were followed on intact data first.`,
    table(["damage", "noticed", "by step", "line", "what it printed"], checks.flatMap(rowsOf), [
      "left",
      "left",
      "left",
      "right",
      "left",
    ]),
  );
}

/** `12 of 14 kinds of damage were noticed.` */
export function noticedSentence(checks: Evidence["checks"]): string {
  const noticed = checks.filter((check) => check.noticed === true).length;
  return `${String(noticed)} of ${countOf(checks.length, "kind")} of damage were noticed.`;
}

/** In a cell of a table; the whole of it stands in `evidence.json`. */
const longest = 300;

function rowsOf({ damage, planted, noticed, noticedBy }: Evidence["checks"][number]): string[][] {
  if (noticed === null) return [[codeSpan(damage), "not planted", "", "", escapeText(planted.detail)]];
  if (!noticed) return [[codeSpan(damage), "**no**", "", "", escapeText(planted.detail)]];
  return noticedBy.map(({ step, title, line, printed }, index) => [
    index === 0 ? codeSpan(damage) : "",
    index === 0 ? "yes" : "",
    escapeText(`${step}: ${title}`),
    String(line),
    codeSpan(printed.length > longest ? `${printed.slice(0, longest)} …` : printed),
  ]);
}
