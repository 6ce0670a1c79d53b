import { readNumberedTitle } from "./numbered-title.ts";
import type { SourceLine } from "./shell-statements.ts";

const userPrompt =
  /^(?:\([^)]*\) )?(?:\[[^\]]*\]|[\w.-]+@[\w.-]+(?::[^\s$#%>]*)?|bash-[\d.]+|sh-[\d.]+)?\s?[$%❯](?: (.*))?$/;
const rootPrompt =
  /^(?:\([^)]*\) )?(?:\[[^\]]*\]|[\w.-]+@[\w.-]+(?::[^\s$#%>]*)?|bash-[\d.]+|sh-[\d.]+)?\s?#(?: (.*))?$/;

/**
 * What a person typed in a transcript: the text after a prompt (`$ `, `% `, `user@host:~$ `), its continuation lines (after `> `
 * or a backslash), and numbered comments; the output between them is left out. A bare `# ` is root's prompt only where no other
 * prompt occurs, for else it is a comment.
 */
export function typedLines(lines: readonly SourceLine[]): SourceLine[] {
  const hasUserPrompt = lines.some(({ text }) => userPrompt.test(text));
  const typed: SourceLine[] = [];
  let previous: "typed" | "continues" | "output" = "output";
  for (const { text, line } of lines) {
    const command = previous === "continues" ? undefined : commandAfterPrompt(text, hasUserPrompt);
    const continuation = previous === "output" ? null : /^>(?: (.*))?$/.exec(text);
    if (continuation !== null) typed.push({ text: continuation[1] ?? "", line });
    else if (command !== undefined) typed.push({ text: command, line });
    else if (previous === "continues") typed.push({ text, line });
    else {
      if (isComment(text)) typed.push({ text, line });
      previous = "output";
      continue;
    }
    previous = typed.at(-1)?.text.endsWith("\\") === true ? "continues" : "typed";
  }
  return typed;
}

function commandAfterPrompt(text: string, hasUserPrompt: boolean): string | undefined {
  const user = userPrompt.exec(text);
  if (user !== null) return user[1] ?? "";
  if (isComment(text)) return undefined;
  const root = rootPrompt.exec(text);
  if (root === null) return undefined;
  const isNamed = !text.startsWith("#");
  return isNamed || !hasUserPrompt ? (root[1] ?? "") : undefined;
}

/** A numbered comment, or one with attributes: it is the author's and no prompt of root. */
function isComment(text: string): boolean {
  const comment = /^#+\s*(.*)$/.exec(text)?.[1];
  return (
    comment !== undefined && (readNumberedTitle(comment) !== undefined || /^<!--\s*drill\b/.test(comment))
  );
}
