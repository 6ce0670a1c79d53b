import { expect, test } from "vitest";
import type { WrittenAttributes } from "./attributes.ts";
import type { EffectJudgement } from "./judge-effect.ts";
import type { CommandResult } from "./model.ts";
import { findPrintedError, toleratesFailure } from "./printed-error.ts";
import { sampleStep } from "./testing/sample-step.ts";
import { judgeStep } from "./step-outcome.ts";

const ran = (over: Partial<CommandResult> = {}): CommandResult => ({
  text: "docker-compose ps",
  line: 7,
  exitStatus: 0,
  output: "",
  startedAt: 0,
  finishedAt: 1,
  ...over,
});

const notJudged: EffectJudgement = { kind: "not-judged" };
const judged = (
  commands: readonly CommandResult[],
  effect: EffectJudgement = notJudged,
  attributes: WrittenAttributes = {},
) =>
  judgeStep(
    sampleStep(
      "Update URL in .env",
      commands.map(({ text }) => text),
      attributes,
    ),
    commands,
    120_000,
    effect,
  );

test("the exit status of a step is the first that was not 0, and it failed", () => {
  const end = judged([
    ran(),
    ran({ exitStatus: 3, output: "a\nno such thing", line: 9 }),
    ran({ exitStatus: 4 }),
  ]);
  expect(end).toMatchObject({ outcome: "failed", exitStatus: 3 });
  expect(end.reason).toBe("`docker-compose ps` (line 9) exited 3: no such thing");
});

test("an exit status that a signal made names it, and a broken pipe is explained", () => {
  expect(judged([ran({ exitStatus: 137 })]).reason).toBe("`docker-compose ps` (line 7) exited 137 (SIGKILL)");
  expect(judged([ran({ exitStatus: 141 })]).reason).toMatch(
    /141 \(SIGPIPE: what read its output ended before it\)$/,
  );
  expect(judged([ran({ exitStatus: 200 })]).reason).toMatch(/exited 200$/);
});

test("a printed error fails a step that exited 0, and its line is quoted", () => {
  const end = judged([ran({ printedError: "NOAUTH Authentication required." })]);
  expect(end).toMatchObject({ outcome: "failed", exitStatus: 0 });
  expect(end.reason).toContain("line 7");
  expect(end.reason).toContain("NOAUTH Authentication required.");
});

test("a missing effect is no-effect, and a bare assignment is named as the cause", () => {
  const end = judged([ran({ text: "DATABASE_URL=postgresql://a:b@replica:5432/db" })], {
    kind: "missing",
    unchanged: ".env is unchanged",
  });
  expect(end).toEqual({
    outcome: "no-effect",
    already: false,
    exitStatus: 0,
    reason: "Update URL in .env: .env is unchanged; the command only set a variable of the shell",
  });
});

test("a failed step also says what stayed unchanged", () => {
  expect(
    judged([ran({ exitStatus: 1 })], { kind: "missing", unchanged: "x is still a replica" }).reason,
  ).toMatch(/exited 1; x is still a replica$/);
});

test("an effect that held already excuses a command that failed, but not one that was ended", () => {
  const held: EffectJudgement = { kind: "held", already: true };
  expect(judged([ran({ exitStatus: 1 })], held)).toEqual({
    outcome: "succeeded",
    already: true,
    exitStatus: 1,
  });
  expect(judged([ran({ exitStatus: null, ended: "timeout" })], held).outcome).toBe("timed-out");
});

test("a command that was ended has no status, and the step says whether it waited for input", () => {
  const waited = judged([ran(), ran({ exitStatus: null, ended: "waited-for-input" })]);
  expect(waited).toMatchObject({ outcome: "timed-out", exitStatus: null });
  expect(waited.reason).toContain("waited for input");
  expect(judged([ran({ exitStatus: null, ended: "timeout" })]).reason).toContain("limit of 120 s");
});

test("an expected status replaces 0, and an expected output is looked for", () => {
  expect(judged([ran({ exitStatus: 3 })], notJudged, { expect: { exitStatus: 3 } }).outcome).toBe(
    "succeeded",
  );
  expect(judged([ran()], notJudged, { expect: { exitStatus: 3 } }).outcome).toBe("failed");
  expect(
    judged([ran({ output: "role:master" })], notJudged, { expect: { output: /^role:master$/m } }).outcome,
  ).toBe("succeeded");
  expect(
    judged([ran({ output: "role:slave" })], notJudged, { expect: { output: /^role:master$/m } }).outcome,
  ).toBe("failed");
  const excused = ran({ output: "ERROR: x", printedError: "ERROR: x" });
  expect(judged([excused], notJudged, { expect: { output: /ERROR/ } }).outcome).toBe("succeeded");
});

test.each([
  ["redis-cli", "NOAUTH Authentication required."],
  ["redis-cli", "(error) READONLY You can't write against a read only replica."],
  ["redis-cli", "ERR unknown command 'FOO'"],
  ["psql", 'ERROR:  relation "x" does not exist'],
  ["psql", "psql:dump.sql:12: ERROR:  duplicate key"],
  ["psql", 'FATAL:  database "abtuser" does not exist'],
  ["a PostgreSQL program", "pg_dump: error: connection to server failed"],
  ["a PostgreSQL program", "pg_ctl: cannot be run as root"],
  ["docker", "Error response from daemon: No such container: x"],
  ["docker-compose", "no such service: postgres"],
  ["docker-compose", 'service "postgres" is not running'],
  ["the shell", "bash: aws: command not found"],
  ["the shell", "bash: line 3: /backups/x: No such file or directory"],
  ["ssh", "ssh: Could not resolve hostname secondary-region: Name or service not known"],
  ["curl", "curl: (6) Could not resolve host: x"],
  ["gzip", "gzip: stdin: unexpected end of file"],
])("%s fails with %j", (program, line) => {
  expect(findPrintedError(`fine\n  ${line}\nmore`)).toEqual({ program, line });
});

test.each([
  "0 errors",
  " ?column? \n----------\n ERROR\n(1 row)",
  "SELECT 'ERROR';",
  "backend-1  | ERROR: connection refused",
  "2026-01-01 00:00:00 UTC [1] ERROR:  in a server's log",
  "ERRATA 3",
  "errors: 0",
  "HTTP/1.1 200 OK",
  "no error",
  "OK",
])("%j is no error", (output) => {
  expect(findPrintedError(output)).toBeUndefined();
});

test("an author may say that a command may fail", () => {
  expect(toleratesFailure("dropdb x || true")).toBe(true);
  expect(toleratesFailure("true || dropdb x")).toBe(false);
  expect(toleratesFailure("until curl -fsS http://backend:8000/health; do sleep 1; done")).toBe(true);
  expect(toleratesFailure("curl -fsS --retry 5 http://backend:8000/health")).toBe(true);
  expect(toleratesFailure("curl -fsS http://backend:8000/health")).toBe(false);
  expect(toleratesFailure("echo until")).toBe(false);
});
