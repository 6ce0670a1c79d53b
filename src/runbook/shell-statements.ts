import { parse } from "sh-syntax";
import type { RunbookCommand } from "./model.ts";

/** One line of shell text and where it stands in the document (1-based). */
export interface SourceLine {
  readonly text: string;
  readonly line: number;
}

/** A comment that has its line to itself. */
export interface ShellComment {
  /** Without the hash signs. */
  readonly text: string;
  readonly line: number;
}

export interface ShellScript {
  readonly commands: readonly RunbookCommand[];
  readonly comments: readonly ShellComment[];
}

/** Offsets are bytes, lines are 1-based lines of the script. */
interface Position {
  readonly Offset: number;
  readonly Line: number;
}

interface Node {
  readonly Pos: Position;
  readonly End: Position;
}

interface Comment extends Node {
  readonly Text: string;
}

interface Statement extends Node {
  readonly Comments: readonly Comment[] | null;
}

/** What mvdan/sh makes of a script; undefined where the shell's grammar does not accept it. */
export async function readShellScript(source: readonly SourceLine[]): Promise<ShellScript | undefined> {
  const text = source.map((line) => line.text).join("\n");
  if (text.trim() === "") return { commands: [], comments: [] };
  const parsed = await parseShell(text);
  if (parsed === undefined) return undefined;
  const { statements, comments } = parsed;
  const bytes = Buffer.from(text, "utf8");
  const lineOf = (position: Position): number => source[position.Line - 1]?.line ?? 1;
  const standing = comments.filter((comment) => hasLineToItself(bytes, comment.Pos.Offset));
  return {
    commands: mergeSharedLines(statements, bytes).map((group, index, groups) => ({
      text: statementText(bytes, group, groups[index + 1]?.Pos.Offset ?? bytes.length, comments),
      line: lineOf(group.Pos),
    })),
    comments: standing.map((comment) => ({
      text: comment.Text.replace(/^#+/, "").trim(),
      line: lineOf(comment.Pos),
    })),
  };
}

/** Whether the shell would ask for more: an open quote or here-document, a `\\` or an operator at the end, a loop without its `done`. */
export async function isUnfinished(text: string): Promise<boolean> {
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(text)) return true;
  // Most commands are plain words, for which the parser need not be asked.
  if (/^[\w ./:=,@+-]*$/.test(text) && !openingWord.test(text)) return false;
  try {
    await parse(text);
    return false;
  } catch (error) {
    // mvdan/sh says so, but not for a here-document that has no line yet.
    const { Incomplete, Text } = error as { readonly Incomplete?: unknown; readonly Text?: unknown };
    return Incomplete === true || (typeof Text === "string" && Text.startsWith("unclosed here-document"));
  }
}

const openingWord = /\b(?:for|while|until|select|if|then|elif|else|case|do|function|coproc|let|time)\b/;

async function parseShell(
  text: string,
): Promise<{ statements: Statement[]; comments: Comment[] } | undefined> {
  try {
    const file = (await parse(text)) as unknown as { Stmts: Statement[] | null; Last: Comment[] | null };
    const statements = file.Stmts ?? [];
    const comments = [...statements.flatMap((statement) => statement.Comments ?? []), ...(file.Last ?? [])];
    return { statements, comments };
  } catch {
    // Whatever the parser dislikes: the text is still what the document tells a person to type.
    return undefined;
  }
}

/** Statements of one line that holds a here-document share its body: they can only be run together. */
function mergeSharedLines(statements: readonly Statement[], bytes: Buffer): Node[] {
  const groups: { Pos: Position; End: Position }[] = [];
  for (const { Pos, End } of statements) {
    const last = groups.at(-1);
    const overlaps = last !== undefined && Pos.Offset < last.End.Offset;
    const sharesBody =
      last !== undefined &&
      Pos.Line === last.End.Line &&
      bytes.subarray(last.Pos.Offset, lineEnd(bytes, Pos.Offset)).includes("<<");
    if (last !== undefined && (overlaps || sharesBody))
      last.End = End.Offset > last.End.Offset ? End : last.End;
    else groups.push({ Pos, End });
  }
  return groups;
}

/**
 * Up to the next statement rather than to the parser's own end, which leaves out the here-document of a pipeline; without the
 * comments and blanks that follow.
 */
function statementText(bytes: Buffer, group: Node, limit: number, comments: readonly Comment[]): string {
  let end = limit;
  for (;;) {
    while (end > group.End.Offset && isBlank(bytes[end - 1])) end -= 1;
    const comment = comments.find((each) => each.End.Offset === end && each.Pos.Offset >= group.End.Offset);
    if (comment === undefined) break;
    end = comment.Pos.Offset;
  }
  return bytes.subarray(group.Pos.Offset, end).toString("utf8").trimEnd();
}

function hasLineToItself(bytes: Buffer, offset: number): boolean {
  const start = bytes.lastIndexOf("\n", offset - 1) + 1;
  return offset === 0 || bytes.subarray(start, offset).toString("utf8").trim() === "";
}

function lineEnd(bytes: Buffer, offset: number): number {
  const end = bytes.indexOf("\n", offset);
  return end === -1 ? bytes.length : end;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
