import type { Code } from "mdast";
import { isAttributeComment } from "./attribute-comments.ts";
import { commentAttributes, type WrittenAttributes } from "./attributes.ts";
import type { DraftStep } from "./draft-step.ts";
import { fenceAttributes } from "./fence-attributes.ts";
import { fenceKind } from "./fence-language.ts";
import { lineOf } from "./markdown.ts";
import type { RunbookCommand } from "./model.ts";
import { readNumberedTitle } from "./numbered-title.ts";
import { readShellScript, type ShellComment, type SourceLine } from "./shell-statements.ts";
import { readTranscript, type Transcript } from "./transcript.ts";

/** Where a fence stands. */
export interface FencePlace {
  readonly file: string;
  readonly heading: string;
  /** Title of steps that have none of their own. */
  readonly title: string;
  /** From an HTML comment before the fence. */
  readonly attributes: WrittenAttributes;
}

/** The steps of one fence, in order; none for text (`sql`, `yaml` …) and for an empty fence. */
export async function fenceSteps(code: Code, place: FencePlace): Promise<DraftStep[]> {
  const kind = fenceKind(code);
  if (kind === "text" || code.value.trim() === "") return [];
  const info =
    `${code.lang?.includes("{") === true ? code.lang.slice(code.lang.indexOf("{")) : ""} ${code.meta ?? ""}`.trim();
  const attributes = {
    ...fenceAttributes(info, { file: place.file, line: lineOf(code) }),
    ...place.attributes,
  };
  const lines = sourceLines(code);
  if (kind === "manual") return manualSteps(lines, { ...place, attributes });
  const isTranscript = kind === "transcript" || beginsWithPrompt(lines);
  const transcript = isTranscript ? await readTranscript(lines, kind === "script") : { lines, byHand: [] };
  const pieces = await piecesOf(transcript.lines);
  const drafts: DraftStep[] = [];
  for (const piece of pieces) drafts.push(...pieceSteps(piece, pieces.length, { ...place, attributes }));
  return isTranscript ? withJobsByHand(drafts, lines, transcript, { ...place, attributes }) : drafts;
}

/** No command is called `$`: a fence that begins with it is a transcript, whatever its tag. */
function beginsWithPrompt(lines: readonly SourceLine[]): boolean {
  const first = lines.find(({ text }) => text.trim() !== "" && !text.trim().startsWith("#"));
  return first !== undefined && /^\s*\$ +\S/.test(first.text);
}

/** A step with a line that a person has to judge is that person's job as a whole: half a step is not what the document says. */
function withJobsByHand(
  drafts: readonly DraftStep[],
  lines: readonly SourceLine[],
  { byHand }: Transcript,
  place: FencePlace,
): DraftStep[] {
  if (byHand.length === 0) return [...drafts];
  if (drafts.length === 0) drafts = manualSteps(lines, place);
  return drafts.map((draft, index) => {
    const from = index === 0 ? 0 : draft.line;
    const to = drafts[index + 1]?.line ?? Infinity;
    const isInside = ({ line }: { readonly line: number }): boolean => line >= from && line < to;
    const doubt = byHand.filter(isInside).sort((a, b) => a.line - b.line)[0];
    if (doubt === undefined) return draft;
    const text = withoutBlankEnds(lines.filter(isInside)).map((line) => line.text);
    return { ...draft, text: text.join("\n"), commands: [], manualBecause: doubt.why };
  });
}

function sourceLines(code: Code): SourceLine[] {
  const start = lineOf(code);
  const lines = code.value.split(/\r\n|\n|\r/);
  // An indented block has no fence line above it.
  const isFenced = (code.position?.end.line ?? start) - start + 1 > lines.length;
  return lines.map((text, index) => ({ text, line: start + index + (isFenced ? 1 : 0) }));
}

/** What stands under one numbered comment, or before the first one. */
interface Piece {
  readonly lines: readonly SourceLine[];
  readonly commands: readonly RunbookCommand[];
  readonly comments: readonly ShellComment[];
}

async function piecesOf(lines: readonly SourceLine[]): Promise<Piece[]> {
  const script = await readShellScript(lines);
  const isStart = (line: SourceLine, comments: ReadonlySet<number> | undefined): boolean =>
    (comments === undefined || comments.has(line.line)) && numberedComment(line.text) !== undefined;
  const commentLines =
    script === undefined ? undefined : new Set(script.comments.map((comment) => comment.line));
  const groups: SourceLine[][] = [[]];
  for (const line of lines) {
    if (isStart(line, commentLines)) groups.push([line]);
    else groups.at(-1)?.push(line);
  }
  const pieces: Piece[] = [];
  for (const group of groups.map(withoutBlankEnds).filter((each) => each.length > 0)) {
    const own = script === undefined ? await readShellScript(group) : within(script, group);
    pieces.push({ lines: group, ...(own ?? asOneCommand(group)) });
  }
  return pieces;
}

function within(script: Omit<Piece, "lines">, group: readonly SourceLine[]): Omit<Piece, "lines"> {
  const from = group[0]?.line ?? 0;
  const to = group.at(-1)?.line ?? 0;
  const inside = ({ line }: { line: number }): boolean => line >= from && line <= to;
  return { commands: script.commands.filter(inside), comments: script.comments.filter(inside) };
}

/** What the shell's grammar does not accept is still what the document tells a person to type. */
function asOneCommand(group: readonly SourceLine[]): Omit<Piece, "lines"> {
  const first = group.findIndex(({ text }) => text.trim() !== "" && !text.trim().startsWith("#"));
  const commentLines = first === -1 ? group : group.slice(0, first);
  const comments = commentLines.map(({ text, line }) => ({ text: text.replace(/^\s*#+/, "").trim(), line }));
  const command = group.slice(first === -1 ? group.length : first);
  const [start] = command;
  if (start === undefined) return { commands: [], comments };
  const text = command
    .map((line) => line.text)
    .join("\n")
    .trim();
  return { commands: [{ text, line: start.line, malformed: true }], comments };
}

function pieceSteps(piece: Piece, pieces: number, place: FencePlace): DraftStep[] {
  const [first] = piece.lines;
  if (first === undefined) return [];
  const numbered = numberedComment(first.text);
  // A shebang or an introducing comment before the first numbered one is no step.
  if (numbered === undefined && piece.commands.length === 0 && pieces > 1) return [];
  let attributes = place.attributes;
  for (const comment of piece.comments) {
    for (const own of commentAttributes(comment.text, { file: place.file, line: comment.line }))
      attributes = { ...attributes, ...own.attributes };
  }
  const title = numbered?.title ?? attributes.name ?? soleComment(piece) ?? place.title;
  return [
    {
      ...(numbered === undefined ? {} : { number: numbered.number }),
      title,
      heading: place.heading,
      line: first.line,
      text: piece.lines.map((line) => line.text).join("\n"),
      commands: piece.commands,
      attributes,
    },
  ];
}

/** A fence with a single comment is introduced by it; of several, none speaks for all commands. */
function soleComment(piece: Piece): string | undefined {
  const said = piece.comments.filter(
    ({ text }) => text !== "" && !text.startsWith("!") && !isAttributeComment(text),
  );
  const [only] = said;
  return said.length === 1 && only !== undefined && only.line <= (piece.commands[0]?.line ?? only.line)
    ? only.text
    : undefined;
}

/** Untagged: each numbered line is a job for a person, or the fence is one. */
function manualSteps(lines: readonly SourceLine[], place: FencePlace): DraftStep[] {
  const rest = { heading: place.heading, commands: [], attributes: place.attributes };
  const numbered = lines.flatMap(({ text, line }) => {
    const found = readNumberedTitle(text.trim().replace(/^#+\s*/, ""));
    return found === undefined ? [] : [{ ...rest, ...found, line, text: text.trim() }];
  });
  if (numbered.length > 0) return numbered;
  const own = withoutBlankEnds(lines);
  const text = own.map((line) => line.text).join("\n");
  return [{ ...rest, title: place.attributes.name ?? place.title, line: own[0]?.line ?? 1, text }];
}

function numberedComment(text: string) {
  const comment = /^\s*#+\s*(.*)$/.exec(text)?.[1];
  return comment === undefined ? undefined : readNumberedTitle(comment);
}

function withoutBlankEnds(lines: readonly SourceLine[]): SourceLine[] {
  const isText = ({ text }: SourceLine): boolean => text.trim() !== "";
  const first = lines.findIndex(isText);
  return first === -1 ? [] : lines.slice(first, lines.findLastIndex(isText) + 1);
}
