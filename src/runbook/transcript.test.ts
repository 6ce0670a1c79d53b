import { expect, test } from "vitest";
import { typedLines } from "./transcript.ts";

function typed(transcript: string): string[] {
  return typedLines(transcript.split("\n").map((text, index) => ({ text, line: index + 1 }))).map(
    ({ text }) => text,
  );
}

test("what follows a prompt was typed, what stands between was not", () => {
  expect(typed("$ pg_ctl promote\nserver promoted\n$ ls\nbase")).toEqual(["pg_ctl promote", "ls"]);
});

test("output that looks like a prompt of another form is output", () => {
  expect(typed("$ tail app.log\n[WARN] # of replicas is 1\n[INFO] % done\n$ ls")).toEqual([
    "tail app.log",
    "ls",
  ]);
});

test("a prompt that names a host may follow a bare one", () => {
  expect(typed("$ ssh db1\nroot@db1:~# pg_ctl promote\n")).toEqual(["ssh db1", "pg_ctl promote"]);
});

test("a line after > continues a command that is unfinished", () => {
  expect(typed("$ for n in 1 2; do\n> echo $n\n> done\n1\n2")).toEqual([
    "for n in 1 2; do",
    "echo $n",
    "done",
  ]);
  expect(typed("$ psql -c 'SELECT 1;\n> SELECT 2;'\n> 2 rows")).toEqual(["psql -c 'SELECT 1;", "SELECT 2;'"]);
  expect(typed("$ cat <<EOF\n> a\n> EOF\n> not typed")).toEqual(["cat <<EOF", "a", "EOF"]);
});

test("a line after > that follows a whole command is output", () => {
  expect(typed("$ pg_ctl promote\n> not typed\n$ ls")).toEqual(["pg_ctl promote", "ls"]);
});

test("a backslash continues a command without a prompt", () => {
  expect(typed("$ psql \\\n  -c 'SELECT 1'\n1")).toEqual(["psql \\", "  -c 'SELECT 1'"]);
});
