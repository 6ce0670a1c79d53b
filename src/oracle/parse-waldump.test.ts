import { expect, test } from "vitest";
import { parseWalDump } from "./parse-waldump.ts";

// Printed by pg_waldump 17.12 for: one insert; a transaction with a released and a rolled back savepoint; a rollback; two prepared
// transactions, of which the first was committed; a prepared transaction with a savepoint; a table created and one dropped.
const stdout = `
rmgr: Transaction len (rec/tot):     34/    34, tx:        754, lsn: 0/09799DE0, prev 0/09799DA0, desc: COMMIT 2026-11-24 07:58:20.363304 UTC
rmgr: Transaction len (rec/tot):     34/    34, tx:        757, lsn: 0/09799EC8, prev 0/09799E88, desc: ABORT 2026-11-24 07:58:20.364199 UTC
rmgr: Transaction len (rec/tot):     46/    46, tx:        755, lsn: 0/09799EF0, prev 0/09799EC8, desc: COMMIT 2026-11-24 07:58:20.364223 UTC; subxacts: 756
rmgr: Transaction len (rec/tot):     34/    34, tx:        758, lsn: 0/09799F60, prev 0/09799F20, desc: ABORT 2026-11-24 07:58:20.364516 UTC
rmgr: Transaction len (rec/tot):    242/   242, tx:        759, lsn: 0/09799FC8, prev 0/09799F88, desc: PREPARE gid p1: 2026-11-24 07:58:20.364665 UTC
rmgr: Transaction len (rec/tot):    242/   242, tx:        760, lsn: 0/0979A118, prev 0/0979A0D8, desc: PREPARE gid p2: 2026-11-24 07:58:20.365004 UTC
rmgr: Transaction len (rec/tot):     42/    42, tx:          0, lsn: 0/0979A210, prev 0/0979A118, desc: COMMIT_PREPARED 759: 2026-11-24 07:58:20.365285 UTC
rmgr: Transaction len (rec/tot):     42/    42, tx:          0, lsn: 0/0979A240, prev 0/0979A210, desc: ABORT_PREPARED 760: 2026-11-24 07:58:20.365516 UTC
rmgr: Transaction len (rec/tot):    957/   957, tx:        761, lsn: 0/097B2850, prev 0/097B2810, desc: PREPARE gid p3: 2026-11-24 07:58:20.366365 UTC; rels(abort): base/5/16402; abort dropped stats: 2/5/16402; subxacts: 762; inval msgs: catcache 80 catcache 79
rmgr: Transaction len (rec/tot):    385/   385, tx:          0, lsn: 0/097B2C10, prev 0/097B2850, desc: COMMIT_PREPARED 761: 2026-11-24 07:58:20.366742 UTC; subxacts: 762; inval msgs: catcache 80 catcache 79 snapshot 2608
rmgr: Transaction len (rec/tot):    437/   437, tx:        765, lsn: 0/097B3FD8, prev 0/097B3FA0, desc: COMMIT 2026-11-24 07:58:20.368079 UTC; rels: base/5/16405; dropped stats: 2/5/16405; inval msgs: catcache 80
`;

const zeros =
  "pg_waldump: error: error in WAL record at 0/97B3FD8: invalid record length at 0/97B41A8: expected at least 24, got 0\n";

test("a commit record is known by its transaction and where it starts", () => {
  const { commits } = parseWalDump(stdout, zeros);
  expect(commits.get(754)).toBe("0/09799DE0");
  expect(commits.get(765)).toBe("0/097B3FD8");
});

test("a subtransaction commits with its parent", () => {
  const { commits } = parseWalDump(stdout, zeros);
  expect(commits.get(755)).toBe("0/09799EF0");
  expect(commits.get(756)).toBe("0/09799EF0");
});

test("a prepared transaction commits where it is committed, not where it is prepared", () => {
  const { commits } = parseWalDump(stdout, zeros);
  expect(commits.get(759)).toBe("0/0979A210");
  expect(commits.get(761)).toBe("0/097B2C10");
  expect(commits.get(762)).toBe("0/097B2C10");
});

test("what was rolled back has no commit, and transaction 0 is nobody", () => {
  const { commits } = parseWalDump(stdout, zeros);
  for (const xid of [757, 758, 760, 0]) expect(commits.has(xid)).toBe(false);
  expect(commits.size).toBe(7);
});

test("commits and aborts end a transaction at a time, and a preparation does not", () => {
  const { ends } = parseWalDump(stdout, zeros);
  expect(ends).toHaveLength(8);
  expect(ends.slice(0, 2)).toEqual([
    { lsn: "0/09799DE0", at: "2026-11-24 07:58:20.363304" },
    { lsn: "0/09799EC8", at: "2026-11-24 07:58:20.364199" },
  ]);
  expect(ends.map(({ lsn }) => lsn)).toContain("0/0979A240");
  expect(ends.map(({ lsn }) => lsn)).not.toContain("0/09799FC8");
});

test.each([
  ["zeros behind the last record", zeros, "0/97B41A8"],
  [
    "an older page behind the last record",
    "pg_waldump: error: error in WAL record at 0/3FFFF80: unexpected pageaddr 0/1000000 in WAL segment 000000010000000000000004, LSN 0/4000000, offset 0\n",
    "0/4000000",
  ],
  [
    "an older record behind the last one",
    "pg_waldump: error: error in WAL record at 0/3000110: record with incorrect prev-link 0/2000110 at 0/3000148\n",
    "0/3000148",
  ],
  ["not one record", "pg_waldump: error: could not find a valid record after 0/3000148\n", "0/3000148"],
])("reading ends at %s", (_, stderr, endLsn) => {
  expect(parseWalDump("", stderr).endLsn).toBe(endLsn);
});

test("the note that the first record lies further on is no end", () => {
  const note = "pg_waldump: first record is after 0/9000100, at 0/9000118, skipping over 24 bytes\n";
  expect(parseWalDump("", note + zeros)).toMatchObject({ endLsn: "0/97B41A8" });
  expect(parseWalDump("", note)).toEqual({ commits: new Map(), ends: [], endedBy: "" });
});

test("WAL that could not be read has no end", () => {
  const stderr =
    'pg_waldump: error: could not find file "000000010000000000000001": No such file or directory\n';
  expect(parseWalDump("", stderr).endLsn).toBeUndefined();
});
