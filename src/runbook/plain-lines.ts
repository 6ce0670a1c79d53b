import type { RootContent, Table } from "mdast";
import { toString } from "mdast-util-to-string";
import { lineOf, type MarkdownDocument } from "./markdown.ts";

/** Text of a document line by line, without code blocks, comments and inline markup. */
export type PlainBlock =
  | { readonly kind: "heading" | "text"; readonly text: string; readonly line: number }
  | { readonly kind: "table"; readonly rows: readonly TableLine[] };

export interface TableLine {
  readonly cells: readonly string[];
  readonly line: number;
}

export function plainBlocks(document: MarkdownDocument): PlainBlock[] {
  return blocksOf(document.root.children, document.lines);
}

function blocksOf(nodes: readonly RootContent[], lines: readonly string[]): PlainBlock[] {
  return nodes.flatMap((node): PlainBlock[] => {
    if (node.type === "heading") return [{ kind: "heading", text: toString(node), line: lineOf(node) }];
    if (node.type === "table") return [{ kind: "table", rows: rowsOf(node) }];
    if (node.type === "paragraph") {
      const from = lineOf(node);
      const to = node.position?.end.line ?? from;
      return lines
        .slice(from - 1, to)
        .map((raw, index) => ({ kind: "text", text: withoutMarkup(raw), line: from + index }));
    }
    return "children" in node ? blocksOf(node.children, lines) : [];
  });
}

function rowsOf(table: Table): TableLine[] {
  return table.children.map((row) => ({
    cells: row.children.map((cell) => toString(cell).trim()),
    line: lineOf(row),
  }));
}

function withoutMarkup(raw: string): string {
  return raw
    .replace(/^[\s>]*(?:(?:[-+*]|\d+[.)])\s+)?(?:\[[ xX]\]\s+)?/, "")
    .replace(/\*\*|__|[*`~]/g, (mark) => (mark === "~" ? "~" : ""))
    .trim();
}
