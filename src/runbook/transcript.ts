import { isAttributeComment } from "./attribute-comments.ts";
import { interactiveProgram } from "./interactive-program.ts";
import { readNumberedTitle } from "./numbered-title.ts";
import { namesProgram, readPrompt, type Prompt } from "./prompt.ts";
import { isUnfinished, type SourceLine } from "./shell-statements.ts";

/** What a person typed in a transcript, and what of it a person has to judge. */
export interface Transcript {
  /** Commands without their prompts, and the author's own comments, in order. */
  readonly lines: readonly SourceLine[];
  /** A step that holds such a line is a job for a person, with the reason. */
  readonly byHand: readonly LineByHand[];
}

export interface LineByHand {
  readonly line: number;
  /** One clause that begins with the line: `line 9 may be …`. */
  readonly why: string;
}

/**
 * Tells commands from output. The rules:
 *
 * - A line is a command if it follows a prompt of the form of the fence's first one (`$ `, `root@db1:~# `, `[postgres@db1 ~]$ `). The
 *   directory in it may change; user, host, sign and indentation may not. An amount (`$ 5.00`) is no command.
 * - What comes while the shell would ask for more (open quote, here-document, `\`, `do` …) continues the command, with `> ` or without.
 * - Prompts of another form right after a command that opens a shell (`ssh`, `su`, `sudo -i`) or a client (`psql`: `mydb=#`; `redis-cli`:
 *   `127.0.0.1:6379>` or `>`) are input of that program: it becomes a here-document of that command. Where the program needs a
 *   terminal, the step is a person's.
 * - A bare `#`, `%` or `>` is a comment or output; a person's job if a program's name follows it, or if a shell was just opened.
 * - Anything else that looks like a prompt makes its step a person's, and so does a fence without any prompt: nothing that may have
 *   been typed is left out silently, and nothing that may be output is run.
 * - A numbered comment, or one with attributes, is the author's. All other lines are output.
 *
 * @param isTaggedScript The fence says that it is a script, and only its prompts that it is none: a line without a prompt that names a
 *   program is a person's to judge.
 */
export async function readTranscript(
  lines: readonly SourceLine[],
  isTaggedScript = false,
): Promise<Transcript> {
  const holdsPrompt = (percentIsPrompt: boolean): boolean =>
    lines.some(({ text }) => readPrompt(text, percentIsPrompt)?.kind === "shell");
  const percentIsPrompt = !holdsPrompt(false);
  const reader = new TranscriptReader(percentIsPrompt, holdsPrompt(percentIsPrompt), isTaggedScript);
  for (const line of lines) await reader.read(line);
  return reader.finish(lines);
}

/** A command for which the shell asks for more. */
interface OpenCommand {
  readonly lines: SourceLine[];
  /** Its further lines come after `> `; unknown until there is one. */
  hasSecondPrompt?: boolean;
}

class TranscriptReader {
  readonly #percentIsPrompt: boolean;
  readonly #holdsPrompt: boolean;
  readonly #isTaggedScript: boolean;
  readonly #typed: SourceLine[] = [];
  readonly #byHand: LineByHand[] = [];
  /** Key of the fence's first prompt, and its line. */
  #base: { key: string; line: number } | undefined;
  /** The last whole command at the first prompt. */
  #last: SourceLine | undefined;
  #open: OpenCommand | undefined;
  /** The program that is being typed into. */
  #inside: { key: string; isShell: boolean; opener: SourceLine; lines: SourceLine[] } | undefined;

  constructor(percentIsPrompt: boolean, holdsPrompt: boolean, isTaggedScript: boolean) {
    this.#isTaggedScript = isTaggedScript;
    this.#percentIsPrompt = percentIsPrompt;
    this.#holdsPrompt = holdsPrompt;
  }

  async read(line: SourceLine): Promise<void> {
    if (this.#open !== undefined && (await this.#continue(this.#open, line))) return;
    if (isAuthorsComment(line.text)) {
      this.#leave();
      this.#last = undefined;
      this.#typed.push(line);
      return;
    }
    const prompt = readPrompt(line.text, this.#percentIsPrompt);
    if (prompt === undefined) {
      if (this.#isTaggedScript && namesProgram(line.text))
        this.#doubt(line, "has no prompt, as others have: it may be a command or output");
      else if (this.#inside !== undefined && /^\s*(?:\.\.\.>?|>>) /.test(line.text)) this.#doubt(line);
    } else if (prompt.key === this.#inside?.key) await this.#start(prompt, line);
    else if (prompt.kind === "weak") await this.#readWeak(prompt, line);
    else if (prompt.kind === "shell") await this.#readShell(prompt, line);
    else if (!this.#enter(prompt, line)) {
      this.#doubt(line, `is typed into ${prompt.key}, and the command before it does not plainly start that`);
    } else await this.#start(prompt, line);
  }

  finish(lines: readonly SourceLine[]): Transcript {
    if (this.#open !== undefined) {
      this.#doubt(this.#open.lines[0], "begins a command that does not end in this fence");
      this.#finishOpen();
    }
    this.#leave();
    if (this.#base === undefined && this.#byHand.length === 0) {
      const first = lines.find(({ text }) => text.trim() !== "" && !isAuthorsComment(text));
      this.#doubt(
        first,
        "and those after it have no prompt: a transcript has one before each command, as in `$ ls`",
      );
    }
    return { lines: this.#typed, byHand: this.#byHand };
  }

  async #readShell(prompt: Prompt, line: SourceLine): Promise<void> {
    this.#base ??= { key: prompt.key, line: line.line };
    if (prompt.key === this.#base.key) {
      const opened = this.#inside === undefined && prompt.typed !== "" ? this.#opened() : undefined;
      this.#leave();
      if (opened?.kind === "shell") {
        this.#doubt(
          line,
          `may be typed in the shell that line ${this.#last?.line ?? line.line} opens (${opened.name})`,
        );
      }
      await this.#start(prompt, line);
    } else if (this.#enter(prompt, line)) await this.#start(prompt, line);
    else if (prompt.typed !== "") {
      this.#doubt(
        line,
        `looks like a prompt, but not like the one on line ${this.#base.line}, and no command opens that shell`,
      );
    }
  }

  async #readWeak(prompt: Prompt, line: SourceLine): Promise<void> {
    const opened = this.#inside === undefined ? this.#opened() : undefined;
    const sign = prompt.key.trim();
    if (opened?.kind === "program" && sign === ">" && this.#enter(prompt, line))
      await this.#start(prompt, line);
    else if (opened?.kind === "shell" && sign !== ">")
      this.#doubt(line, "may be a command in the shell that was just opened, or output");
    else if (
      namesProgram(prompt.typed) ||
      !this.#holdsPrompt ||
      (this.#inside !== undefined && sign === ">")
    ) {
      this.#doubt(line, `may be a command, a comment or output: a bare ${sign} can be each`);
    }
  }

  /** True where the command before this prompt plainly started what shows it. */
  #enter(prompt: Prompt, { line }: SourceLine): boolean {
    const opener = this.#last;
    const opened = this.#inside === undefined ? this.#opened() : undefined;
    if (opener === undefined || opened === undefined) return false;
    const isShell = opened.kind === "shell";
    if (prompt.kind === "shell" ? !isShell : prompt.kind === "program" && prompt.key !== opened.name)
      return false;
    this.#inside = { key: prompt.key, isShell, opener, lines: [] };
    if (opened.needsTerminal !== undefined) {
      const why = `is typed into the program that line ${opener.line} starts, and ${opened.needsTerminal}`;
      this.#byHand.push({ line, why: `line ${line} ${why}` });
    }
    return true;
  }

  #opened() {
    return this.#last === undefined ? undefined : interactiveProgram(this.#last.text);
  }

  /** Something typed, which may go on in the next lines if a shell reads it. */
  async #start({ typed }: Prompt, { line }: SourceLine): Promise<void> {
    if (typed === "") return;
    const lines = [{ text: typed, line }];
    this.#open = { lines };
    if (this.#inside?.isShell === false || !(await isUnfinished(typed))) this.#finishOpen();
  }

  /** Takes a line into the open command; false where it can't belong to it, and the command ends unfinished. */
  async #continue(open: OpenCommand, line: SourceLine): Promise<boolean> {
    const stripped = secondPrompt.exec(line.text);
    const isEscaped = /(?:^|[^\\])(?:\\\\)*\\$/.test(open.lines.at(-1)?.text ?? "");
    if (!isEscaped) open.hasSecondPrompt ??= stripped !== null;
    const text = open.hasSecondPrompt === false || stripped === null ? line.text : (stripped[1] ?? "");
    const ends = !(await isUnfinished([...open.lines.map((each) => each.text), text].join("\n")));
    const prompt = readPrompt(line.text, this.#percentIsPrompt);
    const isNextCommand = prompt?.kind === "shell" && prompt.key === this.#key();
    const lacksPrompt = open.hasSecondPrompt === true && stripped === null && !isEscaped && !ends;
    if (isNextCommand || lacksPrompt) {
      this.#doubt(
        open.lines[0],
        `begins a command that does not end before line ${line.line}, which is not part of it`,
      );
      this.#finishOpen();
      return false;
    }
    open.lines.push({ text, line: line.line });
    if (ends) this.#finishOpen();
    return true;
  }

  #key(): string | undefined {
    return this.#inside?.key ?? this.#base?.key;
  }

  #finishOpen(): void {
    const lines = this.#open?.lines ?? [];
    this.#open = undefined;
    if (this.#inside !== undefined) this.#inside.lines.push(...lines);
    else {
      this.#typed.push(...lines);
      this.#last = { text: lines.map(({ text }) => text).join("\n"), line: lines[0]?.line ?? 1 };
    }
  }

  /** Back at the first prompt: what was typed into the program becomes its here-document. */
  #leave(): void {
    const inside = this.#inside;
    this.#inside = undefined;
    if (inside === undefined) return;
    const end = inside.lines.at(-1);
    this.#last = undefined;
    if (end === undefined) return;
    let word = "EOF";
    while (inside.lines.some(({ text }) => text === word)) word += "_";
    this.#typed.splice(-1, 1, { ...inside.opener, text: `${inside.opener.text} <<'${word}'` });
    this.#typed.push(...inside.lines, { text: word, line: end.line });
  }

  #doubt(line: SourceLine | undefined, why = "may be typed, or output"): void {
    if (line !== undefined) this.#byHand.push({ line: line.line, why: `line ${line.line} ${why}` });
  }
}

/** `> ` of most shells; zsh names what is open: `quote> `, `for> `. */
const secondPrompt =
  /^\s*(?:(?:quote|dquote|bquote|heredoc|pipe|cmdsubst|for|while|until|if|then|else|case|function|cmdand|cmdor)(?: \w+)*)?>(?: (.*))?$/;

/** A numbered comment, or one with attributes: the author's. */
function isAuthorsComment(text: string): boolean {
  const comment = /^#+\s*(.*)$/.exec(text)?.[1];
  return comment !== undefined && (readNumberedTitle(comment) !== undefined || isAttributeComment(comment));
}
