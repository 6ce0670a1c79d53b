import { readNumberedTitle } from "./numbered-title.ts";
import type { SourceLine } from "./shell-statements.ts";

const userPrompt =
  /^(?:\([^)]*\) )?(?:\[[^\]]*\]|[\w.-]+@[\w.-]+(?::[^\s$#%>]*)?|bash-[\d.]+|sh-[\d.]+)?\s?[$%❯](?: (.*))?$/;
const rootPrompt =
  /^(?:\([^)]*\) )?(?:\[[^\]]*\]|[\w.-]+@[\w.-]+(?::[^\s$#%>]*)?|bash-[\d.]+|sh-[\d.]+)?\s?#(?: (.*))?$/;

/**
 * What a person typed in a transcript: the text after a prompt (`$ `, `% `, `user@host:~$ `), its continuation lines (after `> ` or a
 * backslash, while the command is unfinished), and numbered comments; the output between them is left out. All prompts of a block
 * have the form of its first one: output that looks like another one is output. A bare `# ` is root's prompt only where no other
 * prompt occurs, for else it is a comment.
 */
export function typedLines(lines: readonly SourceLine[]): SourceLine[] {
  const hasUserPrompt = lines.some(({ text }) => userPrompt.test(text));
  const first = lines.find(({ text }) => commandAfterPrompt(text, hasUserPrompt) !== undefined)?.text ?? "";
  const typed: SourceLine[] = [];
  /** The command so far; undefined in the output between two of them. */
  let command: string | undefined;
  for (const { text, line } of lines) {
    const unfinished = command !== undefined && isUnfinished(command);
    const continuation = unfinished ? /^>(?: (.*))?$/.exec(text) : null;
    const prompted = isOfForm(text, first) ? commandAfterPrompt(text, hasUserPrompt) : undefined;
    const continued = continuation === null ? text : (continuation[1] ?? "");
    if (command !== undefined && unfinished && (continuation !== null || command.endsWith("\\"))) {
      command += `\n${continued}`;
      typed.push({ text: continued, line });
    } else if (prompted !== undefined) {
      command = prompted;
      typed.push({ text: prompted, line });
    } else {
      if (isComment(text)) typed.push({ text, line });
      command = undefined;
    }
  }
  return typed;
}

/** Whether the shell would ask for more: an open quote, a here-document, an operator or keyword at the end. */
function isUnfinished(command: string): boolean {
  if (/(?:\\|\||&&|\(|\{|\bdo|\bthen|\belse)\s*$/.test(command)) return true;
  const word = /<<-?\s*(["']?)([A-Za-z_]\w*)\1/.exec(command)?.[2];
  if (word !== undefined)
    return !command
      .split("\n")
      .slice(1)
      .some((line) => line.trim() === word);
  const bare = command.replace(/\\./gs, "").replace(/"[^"]*"|'[^']*'/g, "");
  return /["']/.test(bare) || /\b(?:for|while|until|if|case)\b(?![\s\S]*\b(?:done|fi|esac)\b)/.test(bare);
}

/**
 * A bare prompt has the sign of the first one. One with a name (`root@db:~# `) may follow a bare one, after `ssh`, if it names a host;
 * `[WARN] # of …` names none.
 */
function isOfForm(text: string, first: string): boolean {
  const bare = (line: string): boolean => /^[$%❯#]/.test(line);
  if (bare(text)) return bare(first) && text[0] === first[0];
  return !bare(first) || /^\[?[\w.-]+@/.test(text);
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
