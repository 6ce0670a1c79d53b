import { expect, test } from "vitest";
import { readRecovery } from "./recover.ts";

const target = new Date("2026-11-09T01:59:59Z");

/** What the script prints: a status, and the log of the server. */
function said(status: number, ...log: string[]): string {
  return [`status ${String(status)}`, ...log.map((line) => `2026-11-09 02:00:00.123 UTC [42] ${line}`)].join(
    "\n",
  );
}

test("a server that stopped before the first later transaction says so", () => {
  const stop = "recovery stopping before commit of transaction 745, time 2026-11-09 02:00:00.5+00";
  expect(readRecovery(said(0, `LOG:  ${stop}`, "LOG:  redo done at 0/3000148"), target)).toEqual({
    stopped: stop,
    findings: [],
  });
});

test("without an instant the end of the WAL is where it stopped", () => {
  expect(readRecovery(said(0, "LOG:  redo done at 0/3000148 system usage: CPU"), undefined).stopped).toBe(
    "redo done at 0/3000148 system usage: CPU",
  );
});

test("WAL that ends before the instant does not reach it", () => {
  const log = said(
    1,
    "LOG:  redo done at 0/3000148",
    "LOG:  last completed transaction was at log time 2026-11-09 01:00:00+00",
    "FATAL:  recovery ended before configured recovery target was reached",
  );
  expect(readRecovery(log, target).findings).toEqual([
    {
      code: "target-unreachable",
      message:
        "The WAL does not reach 2026-11-09T01:59:59.000Z: it ends before that, after the transaction of 2026-11-09 01:00:00+00; the instant was not archived, or segments before it are missing.",
    },
  ]);
});

test.each([
  ["could not locate required checkpoint record at 0/2000080", "wal-missing"],
  ["WAL ends before end of online backup", "wal-missing"],
  ['could not open file "global/pg_control"', "server-not-started"],
])("%s is %s", (fatal, code) => {
  expect(readRecovery(said(1, `FATAL:  ${fatal}`), target).findings).toMatchObject([{ code }]);
});
