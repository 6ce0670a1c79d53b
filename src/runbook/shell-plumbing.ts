/** What the previous command left for the next one to see: `$?`, `${PIPESTATUS[@]}` and whether `set -x` is on. */
export interface ShellMemory {
  readonly exitStatus: number;
  readonly pipeStatus: readonly number[];
  readonly traces: boolean;
}

export const freshMemory: ShellMemory = { exitStatus: 0, pipeStatus: [], traces: false };

/** RS: no program prints it by chance, and a terminal passes it on unchanged. */
const mark = "\u001e";

/** A terminal in canonical mode takes lines of at most 4095 bytes. */
const longestLine = 3500;

export function beginMark(nonce: string): string {
  return `${mark}B${nonce}${mark}`;
}

export const endMark = (nonce: string): RegExp =>
  new RegExp(`${mark}E${nonce}:(\\d+):([\\d,]*):([A-Za-z]*)${mark}`);

/** Typed into a fresh interactive bash: no prompts, no history, no echo of what is typed. Prints the shell's process id. */
export function setUpShell(nonce: string): string {
  return [
    "set +H; set +o history; PS1=; PS2=; unset PROMPT_COMMAND HISTFILE MAILCHECK TMOUT",
    '__drill_status() { return "$1"; }',
    `stty -echo; ${printEnd(nonce, '"$$"')}`,
    "",
  ].join("\n");
}

/** A line of ours between commands; its exit status is printed. It can't end a shell that runs under `set -e`. */
export function controlLine(script: string, nonce: string): string {
  return `if ${script}; then __drill_st=0; else __drill_st=1; fi; ${printEnd(nonce, '"$__drill_st"')}\n`;
}

/**
 * The lines that make the shell evaluate a command as if it had been typed, with the terminal as its input, between two marks.
 * Each line is read by the shell before anything of the command runs, so that nothing is left for the command to swallow.
 *
 * @param isComplete The grammar accepts the command: only then text may be put after it to keep `PIPESTATUS`.
 */
export function commandLines(
  command: string,
  isComplete: boolean,
  memory: ShellMemory,
  nonce: string,
): string {
  const prefix = memory.traces ? "set -x\n" : "";
  const suffix = isComplete
    ? `\n{ __drill_st=$? __drill_ps=("\${PIPESTATUS[@]}") __drill_f=$-; set +xv; } 2>/dev/null`
    : "";
  const restored =
    memory.pipeStatus.length > 1
      ? memory.pipeStatus.map((status) => `(exit ${status})`).join("|")
      : `__drill_status ${memory.exitStatus}`;
  return [
    "__drill_c= __drill_st= __drill_ps=() __drill_f=$-",
    ...chunks(quoteBytes(prefix + command + suffix)).map((chunk) => `__drill_c+=$'${chunk}'`),
    // The condition gives the command the `$?` of the one before it.
    `builtin printf '\\036B%s\\036' ${nonce} >/dev/tty; if ${restored}; then eval "$__drill_c"; else eval "$__drill_c"; fi; ` +
      `{ __drill_e=$?; set +xv; } 2>/dev/null; ${printEnd(nonce, '"${__drill_st:-$__drill_e}"', true)}`,
    "",
  ].join("\n");
}

/** The nonce is an argument of its own, so that an echo of this line is not taken for the mark. */
function printEnd(nonce: string, status: string, withMemory = false): string {
  const pipeStatus = withMemory ? `builtin printf '%s,' "\${__drill_ps[@]}"; ` : "";
  const flags = withMemory ? '"$__drill_f"' : "''";
  return (
    `{ builtin printf '\\036E%s:%s:' ${nonce} ${status}; ${pipeStatus}` +
    `builtin printf ':%s\\036' ${flags}; } >/dev/tty`
  );
}

/** For `$'…'`: everything but plain characters as bytes, so that no control character acts on the terminal. */
function quoteBytes(text: string): string[] {
  return [...Buffer.from(text, "utf8")].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9 _./:=,@%+-]/.test(character) ? character : `\\x${byte.toString(16).padStart(2, "0")}`;
  });
}

function chunks(quoted: readonly string[]): string[] {
  const lines: string[] = [""];
  for (const piece of quoted) {
    if ((lines.at(-1)?.length ?? 0) + piece.length > longestLine) lines.push("");
    lines.push(`${lines.pop() ?? ""}${piece}`);
  }
  return lines;
}
