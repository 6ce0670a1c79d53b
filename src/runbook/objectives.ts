import type { Objectives, ObjectiveSource } from "../timeline/event.ts";
import { parseMarkdown } from "./markdown.ts";
import {
  inlineClaim,
  objectivesNamed,
  readValue,
  type Claim,
  type ObjectiveName,
} from "./objective-claim.ts";
import { plainBlocks, type PlainBlock, type TableLine } from "./plain-lines.ts";
import { runbookError } from "./runbook-error.ts";

interface Found {
  readonly name: ObjectiveName;
  readonly claim: Claim;
  readonly line: number;
  readonly text: string;
}

/**
 * The objectives that a document states: under a heading that names one (`Target: < 15 minutes`), in a table, or in a line
 * (`RPO: 5 min`). The first statement of each counts. Empty where it states none.
 *
 * @throws HarnessError 65: an objective is stated with a value that is none (`RTO: < soon`, negative, zero, no unit), with its line.
 */
export function readObjectives(markdown: string, file: string): Objectives {
  const found = findStatements(plainBlocks(parseMarkdown(markdown, file)));
  const firstOf = (name: ObjectiveName): { value: number; source: ObjectiveSource } | undefined => {
    const first = found.find((each) => each.name === name);
    if (first === undefined) return undefined;
    const { claim, line, text } = first;
    if (claim.kind === "malformed") {
      const label = name === "availability" ? "an availability objective" : name.toUpperCase();
      throw runbookError("bad-objective", file, line, `${label} is stated as "${claim.found}": ${claim.why}`);
    }
    return { value: claim.value, source: { file, line, text } };
  };
  const rto = firstOf("rto");
  const rpo = firstOf("rpo");
  const availability = firstOf("availability");
  return {
    ...(rto === undefined ? {} : { rtoSeconds: rto.value }),
    ...(rpo === undefined ? {} : { rpoSeconds: rpo.value }),
    ...(availability === undefined ? {} : { availabilityPercent: availability.value }),
    sources: {
      ...(rto === undefined ? {} : { rto: rto.source }),
      ...(rpo === undefined ? {} : { rpo: rpo.source }),
      ...(availability === undefined ? {} : { availability: availability.source }),
    },
  };
}

function findStatements(blocks: readonly PlainBlock[]): Found[] {
  const found: Found[] = [];
  /** The one objective that the heading above names; a heading with two of them says nothing of a single value. */
  let topic: ObjectiveName | undefined;
  for (const block of blocks) {
    if (block.kind === "table") {
      found.push(...tableStatements(block.rows));
      continue;
    }
    const { text, line } = block;
    if (block.kind === "heading") {
      const named = objectivesNamed(text);
      topic = named.length === 1 ? named[0] : undefined;
    }
    for (const name of objectivesNamed(text)) {
      const claim = inlineClaim(text, name);
      if (claim !== undefined) found.push({ name, claim, line, text });
    }
    if (block.kind === "text" && topic !== undefined && objectivesNamed(text).length === 0) {
      const written =
        /^(?:target|goal|objective|value|limit|maximum)\b\s*[:=]?\s*(.*)$/i.exec(text)?.[1] ??
        bareValue(text);
      if (written !== undefined) found.push({ name: topic, claim: readValue(written, topic), line, text });
    }
  }
  return found;
}

/** A line that is nothing but a comparison, as in `< 15 minutes`. */
function bareValue(text: string): string | undefined {
  return /^(?:[<>≤≥]=?)\s*\S/.test(text) ? text : undefined;
}

function tableStatements([header, ...rows]: readonly TableLine[]): Found[] {
  if (header === undefined) return [];
  const columns = header.cells.map((cell) => objectivesNamed(cell));
  const found: Found[] = [];
  for (const row of rows) {
    const text = row.cells.join(" | ");
    for (const [index, cell] of row.cells.entries()) {
      for (const name of columns[index]?.length === 1 ? (columns[index] ?? []) : []) {
        if (cell !== "") found.push({ name, claim: readValue(cell, name), line: row.line, text });
      }
    }
    const [label = "", ...values] = row.cells;
    const named = objectivesNamed(label);
    const [name] = named;
    if (name === undefined || named.length > 1 || columns.some((column) => column.length > 0)) continue;
    const claims = values.map((value) => readValue(value, name));
    const target = header.cells.findIndex(
      (cell, index) => index > 0 && /\b(?:target|objective|goal|value|limit)\b/i.test(cell),
    );
    const stated = target > 0 ? claims[target - 1] : claims.find((claim) => claim.kind === "value");
    if (stated !== undefined) found.push({ name, claim: stated, line: row.line, text });
  }
  return found;
}
