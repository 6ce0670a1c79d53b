import { expect, test } from "vitest";
import { errorsIn, restoreFindings } from "./restore-errors.ts";
import type { SandboxLimits } from "./sandbox-limits.ts";

const limits: SandboxLimits = {
  diskBytes: 2 ** 30,
  memoryBytes: 2 ** 30,
  processes: 10,
  timeMs: 1000,
  unpackRatio: 250,
};

const ofPsql = `psql:/sandbox/backup/dump.1:31: ERROR:  role "abtuser" does not exist
psql:/sandbox/backup/dump.1:40: NOTICE:  nothing to worry about
psql:/sandbox/backup/dump.1:52: ERROR:  syntax error at or near "VUE"
LINE 1: CREATE VUE public.rich AS
psql:/sandbox/backup/dump.1:60: error: \\connect: connection failed
`;

const ofPgRestore = `pg_restore: while PROCESSING TOC:
pg_restore: from TOC entry 231; 1259 16402 TABLE trade abtuser
pg_restore: error: could not execute query: ERROR:  role "abtuser" does not exist
Command was: ALTER TABLE public.trade OWNER TO abtuser;
pg_restore: error: could not read from input file: end of file
pg_restore: warning: errors ignored on restore: 2
`;

test("errors are told from what surrounds them", () => {
  expect(errorsIn(ofPsql)).toEqual([
    'line 31: role "abtuser" does not exist',
    'line 52: syntax error at or near "VUE"',
    "line 60: \\connect: connection failed",
  ]);
  expect(errorsIn(ofPgRestore)).toEqual([
    'role "abtuser" does not exist',
    "could not read from input file: end of file",
  ]);
});

test("a role that is missing is named once, however often it is", () => {
  const errors = ['role "abtuser" does not exist', 'role "abtuser" does not exist'];
  expect(restoreFindings("the dump", errors, limits).map(({ code }) => code)).toEqual(["role-missing"]);
});

test("an archive that ends too early was cut short", () => {
  expect(restoreFindings("the dump", errorsIn(ofPgRestore), limits).map(({ code }) => code)).toEqual([
    "role-missing",
    "cut-short",
  ]);
});

test("of many errors the first are named and the rest counted", () => {
  const errors = Array.from({ length: 12 }, (_, index) => `error ${index}`);
  const [finding] = restoreFindings("the dump", errors, limits);
  expect(finding).toMatchObject({ code: "restore-error" });
  expect(finding?.message).toContain("12 errors: error 0; error 1; error 2; and 9 more");
});

test("a full disk is the sandbox's, not the backup's", () => {
  const errors = ['could not extend file "base/16/1": No space left on device', "relation does not exist"];
  expect(restoreFindings("the dump", errors, limits).map(({ code }) => code)).toEqual(["no-space"]);
});

test("nothing but notices is nothing", () => {
  expect(restoreFindings("the dump", errorsIn("psql:x:1: NOTICE:  hello\n"), limits)).toEqual([]);
});
