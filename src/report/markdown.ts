import { stripVTControlCharacters } from "node:util";
import { markdownTable } from "markdown-table";

/**
 * Text that somebody else wrote (a title, a server's message) for a line of Markdown: it shows as it is and can't become markup,
 * a formula or HTML.
 */
export function escapeText(text: string): string {
  return (
    visible(text)
      .replace(/\s*\n\s*/g, " ")
      .replace(/[\\`*_{}[\]#|~$]/g, "\\$&")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      // A line that begins like a list or an underlined heading.
      .replace(/^(\s*)([-+=])/, "$1\\$2")
      .replace(/^(\s*\d+)([.)])(?=\s|$)/, "$1\\$2")
  );
}

/** A code span, whatever the text holds. */
export function codeSpan(text: string): string {
  const line = visible(text).replace(/\s*\n\s*/g, " ");
  if (line.trim() === "") return "";
  const fence = "`".repeat(longestRun(line) + 1);
  const padding = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${padding}${line}${padding}${fence}`;
}

/** A fenced block, whatever the text holds. */
export function codeBlock(text: string, language = "text"): string {
  const body = visible(text).replace(/\n+$/, "");
  const fence = "`".repeat(Math.max(3, longestRun(body) + 1));
  return `${fence}${language}\n${body}\n${fence}`;
}

export type Alignment = "left" | "right";

/** A table with aligned columns. Cells are Markdown; a pipe in one is escaped here, in code spans too, as GitHub's tables want it. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly Alignment[] = [],
): string {
  const cells = [header, ...rows].map((row) =>
    row.map((cell) => cell.replace(/\n/g, " ").replace(/(?<!\\)\|/g, "\\|")),
  );
  return markdownTable(cells, { align: header.map((_, index) => align[index] ?? "left") });
}

/** A part that is folded until somebody opens it. `summary` is HTML. */
export function folded(summary: string, body: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** Text for HTML, in elements and in attributes. */
export function escapeHtml(text: string): string {
  return visible(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** The same on one line: an empty line would end a block of HTML within Markdown. */
export function escapeHtmlLine(text: string): string {
  return escapeHtml(text).replace(/\s+/g, " ");
}

/** Paragraphs and blocks with an empty line between them; empty ones are left out. */
export function blocks(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}

/**
 * Control characters of a terminal are taken out or shown, and so are those that turn the direction of a text round: what a reader
 * sees is what stands there.
 */
function visible(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, "\n")
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, (character) =>
      String.fromCodePoint(character === "\u007f" ? 0x2421 : 0x2400 + character.charCodeAt(0)),
    )
    .replace(
      /[\u0080-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
}
