import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { beginMark, commandLines, endMark, freshMemory, setUpShell } from "./shell-plumbing.ts";

/** Feeds lines to bash as a terminal would, with what goes to the terminal on standard output. */
function typed(lines: string): string {
  const input = (setUpShell("0") + lines).replaceAll(">/dev/tty", "").replace("stty -echo; ", "");
  return execFileSync("bash", ["--norc", "--noprofile"], {
    input,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "pipe"],
  });
}

function run(command: string, memory = freshMemory): { output: string; status: number; pipes: string } {
  const printed = typed(commandLines(command, true, memory, "aa"));
  const begun = printed.split(beginMark("aa"))[1] ?? "";
  const end = endMark("aa").exec(begun);
  return { output: begun.slice(0, end?.index), status: Number(end?.[1]), pipes: end?.[2] ?? "" };
}

test("no line is longer than a terminal takes, whatever the command's length", () => {
  const lines = commandLines(`echo '${"é!\n".repeat(20_000)}'`, true, freshMemory, "aa").split("\n");
  expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThan(4096);
  expect(lines.length).toBeGreaterThan(50);
});

test("no control character reaches the terminal", () => {
  const lines = commandLines("a\u0003b\u0004c\td\u001b", true, freshMemory, "aa");
  expect(lines.replaceAll("\n", "")).toMatch(/^[ -~]*$/);
});

test("status and the statuses of a pipeline come back, and are there for the next command", () => {
  expect(run("(exit 3) | (exit 4)")).toEqual({ output: "", status: 4, pipes: "3,4," });
  expect(run('echo "$? ${PIPESTATUS[*]}"', { exitStatus: 4, pipeStatus: [3, 4], traces: false }).output).toBe(
    "4 3 4\n",
  );
  expect(run('echo "$?"', { exitStatus: 7, pipeStatus: [7], traces: false }).output).toBe("7\n");
});

test("an echo of what is typed is not taken for a mark", () => {
  const lines = setUpShell("aa") + commandLines("true", true, freshMemory, "aa");
  expect(endMark("aa").test(lines)).toBe(false);
  expect(lines).not.toContain(beginMark("aa"));
});

test("any text is printed by the shell as it stands", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 40 }).filter((text) => !/[\0\n\u001e]/.test(text)),
      (text) => {
        const quoted = `printf '%s' '${text.replaceAll("'", `'\\''`)}'`;
        expect(run(quoted)).toMatchObject({ output: text, status: 0 });
      },
    ),
    { numRuns: 25 },
  );
});
