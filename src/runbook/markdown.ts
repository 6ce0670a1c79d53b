import type { Code, Root } from "mdast";
import remarkFrontmatter from "remark-frontmatter";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { runbookError } from "./runbook-error.ts";

/** A Markdown document and its lines; `lines[0]` is line 1. */
export interface MarkdownDocument {
  readonly file: string;
  readonly root: Root;
  readonly lines: readonly string[];
}

const processor = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter, ["yaml", "toml"]);

/** @throws HarnessError 65: binary content, or a fence that is never closed. */
export function parseMarkdown(markdown: string, file: string): MarkdownDocument {
  if (markdown.includes("\0")) {
    throw runbookError(
      "not-markdown",
      file,
      undefined,
      "expected a Markdown document, found binary data (a NUL byte)",
    );
  }
  const root = parseTree(markdown, file);
  const document = { file, root, lines: markdown.split(/\r\n|\n|\r/) };
  visitCode(root.children, (code) => refuseUnterminated(code, document));
  return document;
}

function parseTree(markdown: string, file: string): Root {
  try {
    return processor.parse(markdown);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw runbookError(
      "not-markdown",
      file,
      undefined,
      `expected a Markdown document, the parser gave up: ${detail}`,
    );
  }
}

/** Every code block below `nodes`, in order, also inside lists and quotations. */
export function visitCode(nodes: Root["children"], visit: (code: Code) => void): void {
  for (const node of nodes) {
    if (node.type === "code") visit(node);
    else if ("children" in node) visitCode(node.children, visit);
  }
}

const fenceLine = /^[\s>]*(?:(?:[-+*]|\d+[.)])\s+)*(`{3,}|~{3,})\s*(.*)$/;

function refuseUnterminated(code: Code, document: MarkdownDocument): void {
  const from = lineOf(code);
  const to = code.position?.end.line ?? from;
  const opening = fenceLine.exec(document.lines[from - 1] ?? "")?.[1];
  if (opening === undefined) return; // indented code has no fence
  const closing = to > from ? fenceLine.exec(document.lines[to - 1] ?? "") : null;
  const closed = closing?.[1]?.startsWith(opening) === true && closing[2] === "";
  // A second opening line inside can only mean that the first was never closed: what closed it belonged to the second.
  const swallowed = code.value.split("\n").some((line) => {
    const inner = /^ {0,3}(`{3,}|~{3,})[ \t]*([A-Za-z][^`]*)$/.exec(line);
    return inner?.[1] === opening;
  });
  if (!closed || swallowed) {
    throw runbookError(
      "unterminated-fence",
      document.file,
      from,
      `the code fence that opens here is never closed; close it with a line ${opening}`,
    );
  }
}

/** 1-based line on which a node starts. */
export function lineOf(node: {
  readonly position?: { readonly start: { readonly line: number } } | undefined;
}): number {
  return node.position?.start.line ?? 1;
}
