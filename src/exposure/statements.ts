import type { Nodes, Paragraph, Root, RootContent, TableRow } from "mdast";
import { lineOf, parseMarkdown } from "../runbook/markdown.ts";
import type { DocumentLine } from "./document-line.ts";

/** One thing that a document says: a sentence, a labelled line, a row of a table, a line of a code block. */
export interface Statement extends DocumentLine {
  readonly kind: "text" | "row" | "code";
  /** Headings above it, outermost first; a list item with a list of its own and a bold line about backups count as headings. */
  readonly headings: readonly string[];
  /** Of each of them. */
  readonly headingLines: readonly number[];
  /** Line of the innermost heading; 0 above the first. Statements of one section speak of one thing. */
  readonly section: number;
  /** `Frequency` of `Frequency: daily`, and what follows it. */
  readonly label?: string;
  readonly value?: string;
  /** Of a row: the column's title with the cell. */
  readonly cells?: readonly { readonly column: string; readonly text: string }[];
  /** Of a line of code: where its block opens, and the block's language. */
  readonly fence?: number;
  readonly language?: string;
}

interface Place {
  readonly headings: readonly string[];
  readonly headingLines: readonly number[];
  readonly section: number;
}

/** Everything that a document says, in its order. @throws HarnessError 65 for binary content or an unterminated fence. */
export function readStatements(markdown: string, file: string): Statement[] {
  const { root } = parseMarkdown(markdown, file);
  return statementsBelow(root.children, { headings: [], headingLines: [], section: 0 }, file);
}

function statementsBelow(
  nodes: readonly Root["children"][number][],
  start: Place,
  file: string,
): Statement[] {
  const outline: { readonly depth: number; readonly text: string; readonly line: number }[] = [];
  let place = start;
  const found: Statement[] = [];
  const enter = (depth: number, text: string, line: number): void => {
    while ((outline.at(-1)?.depth ?? 0) >= depth) outline.pop();
    outline.push({ depth, text, line });
    place = {
      headings: [...start.headings, ...outline.map((each) => each.text)],
      headingLines: [...start.headingLines, ...outline.map((each) => each.line)],
      section: line,
    };
  };
  for (const node of nodes) {
    if (node.type === "heading") enter(node.depth, plainText(node), lineOf(node));
    else if (isBoldTitle(node)) enter(7, plainText(node).replace(/:$/, ""), lineOf(node));
    else found.push(...statementsOf(node, place, file));
  }
  return found;
}

function statementsOf(node: RootContent, place: Place, file: string): Statement[] {
  switch (node.type) {
    case "paragraph":
      return sentences(node).map(({ text, line }) => ({
        kind: "text",
        file,
        text,
        line,
        ...place,
        ...labelOf(text),
      }));
    case "table":
      return rows(node.children, place, file);
    case "code":
      return codeLines(node.value).map(({ text, offset }) => ({
        kind: "code",
        file,
        text,
        line: lineOf(node) + offset + fenceHeight(node),
        ...place,
        fence: lineOf(node),
        language: node.lang ?? "",
      }));
    case "list":
      return node.children.flatMap((item) => {
        const [first, ...rest] = item.children;
        const isTitle = first?.type === "paragraph" && rest.some(({ type }) => type === "list");
        if (!isTitle) return statementsBelow(item.children, place, file);
        const own = statementsOf(first, place, file);
        const inner = {
          headings: [...place.headings, plainText(first).replace(/:$/, "")],
          headingLines: [...place.headingLines, lineOf(first)],
          section: lineOf(first),
        };
        return [...own, ...statementsBelow(rest, inner, file)];
      });
    default:
      return "children" in node ? statementsBelow(node.children, place, file) : [];
  }
}

/** Indented code has no opening line. */
function fenceHeight(node: Extract<RootContent, { type: "code" }>): number {
  const from = node.position?.start.line ?? 0;
  const to = node.position?.end.line ?? from;
  return to - from + 1 > node.value.split("\n").length ? 1 : 0;
}

/** Lines of code, with those joined that a backslash continues. */
function codeLines(code: string): { text: string; offset: number }[] {
  const found: { text: string; offset: number }[] = [];
  let open: { text: string; offset: number } | undefined;
  for (const [offset, raw] of code.split("\n").entries()) {
    const line: { text: string; offset: number } =
      open === undefined
        ? { text: raw.trim(), offset }
        : { text: `${open.text} ${raw.trim()}`, offset: open.offset };
    if (line.text.endsWith("\\")) open = { ...line, text: line.text.slice(0, -1).trim() };
    else {
      if (line.text !== "") found.push(line);
      open = undefined;
    }
  }
  return open === undefined ? found : [...found, open];
}

function isBoldTitle(node: RootContent): boolean {
  if (node.type !== "paragraph") return false;
  const [first, ...rest] = node.children;
  const isAlone = rest.every((each) => each.type === "text" && each.value.trim().replace(":", "") === "");
  if (first?.type !== "strong" || !isAlone) return false;
  const text = plainText(first);
  return !/:\s*\S/.test(text) && /backup|dump|archiv|snapshot|replica|\bWAL\b/i.test(text);
}

/** In characters; what comes after it no sentence says of backups. */
const longestSentence = 2000;

const sentenceEnd =
  /(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\bapprox\.)(?<=[.!?])\s+(?=[A-Z(])|(?<=;)\s+|\n(?=[A-Z][\w /()&-]{0,40}:\s)/g;

function sentences(paragraph: Paragraph): { text: string; line: number }[] {
  const whole = plainText(paragraph);
  const from = lineOf(paragraph);
  const found: { text: string; line: number }[] = [];
  let start = 0;
  for (const end of [...[...whole.matchAll(sentenceEnd)].map(({ index }) => index), whole.length]) {
    const raw = whole.slice(start, end);
    const leading = raw.length - raw.trimStart().length;
    const line = from + (whole.slice(0, start + leading).match(/\n/g)?.length ?? 0);
    const text = raw
      .replace(/\s+/g, " ")
      .trim()
      .replace(/^\[[ xX]\]\s+/, "")
      .slice(0, longestSentence);
    if (text !== "") found.push({ text, line });
    start = end;
  }
  return found;
}

function labelOf(text: string): { label: string; value: string } | Record<string, never> {
  const [, label, value] = /^([A-Za-z][\w /()&.-]{0,48}?)\s*(?::|\s[–—])\s+(\S.*)$/.exec(text) ?? [];
  return label === undefined || value === undefined ? {} : { label, value };
}

function rows([head, ...body]: readonly TableRow[], place: Place, file: string): Statement[] {
  const columns = head?.children.map(plainText) ?? [];
  return body.map((row) => {
    const cells = row.children.map((cell, index) => ({
      column: columns[index] ?? "",
      text: plainText(cell),
    }));
    const text = cells.map((cell) => cell.text).join(" | ");
    const [name, value] = cells;
    // A table of two columns is a list of labels with their values.
    const labelled = cells.length === 2 && name !== undefined && value !== undefined;
    return {
      kind: "row",
      file,
      text,
      line: lineOf(row),
      ...place,
      cells,
      ...(labelled ? { label: name.text, value: value.text } : {}),
    };
  });
}

/** Text without markup; each line break of the document is one here. */
function plainText(node: Nodes): string {
  if (node.type === "break") return "\n";
  if (node.type === "html") return /^<br/i.test(node.value) ? "; " : "";
  if ("value" in node) return node.value;
  return "children" in node ? node.children.map(plainText).join("") : "";
}
