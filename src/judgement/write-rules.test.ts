import { expect, test } from "vitest";
import { ledger, sketchedStreams, traffic } from "../measurement/testing/sketched-ledger.ts";
import { at, goodTraffic, oldPrimary } from "../measurement/testing/sketched-run.ts";
import type { Reconciliation } from "../measurement/measurement.ts";
import { sketchedWal } from "../measurement/testing/sketched-wal.ts";
import type { FindingCode } from "./finding.ts";
import { codesOf, holding, judgedRun, messagesOf } from "./testing/judged-run.ts";

const damage: [FindingCode, Partial<Reconciliation>, string][] = [
  [
    "phantom-write",
    { phantoms: [{ id: 7, reason: "it was rejected (25006)" }] },
    "Expected postgres to hold only what was sent and not refused, found 1 phantom: write 7 is there although it was rejected (25006).",
  ],
  [
    "changed-payload",
    { changedPayloads: [{ id: 8, expected: "aa", found: "bb" }] },
    "Expected every payload in postgres as it was sent, found 1 changed: write 8 has the digest bb instead of aa.",
  ],
  [
    "duplicate-write",
    { duplicates: [{ id: 9, times: 2 }] },
    "Expected every write once in postgres, found 1 more often: write 9 is there 2 times.",
  ],
  [
    "gap-in-order",
    { gaps: [{ lost: 3, survivor: 5 }] },
    "Expected postgres to lose writes from the end only, found 1 gap: write 3 is gone, and write 5, sent after it was acknowledged by the same server, is there.",
  ],
  [
    "base-data-lost",
    { baseDataLost: [-1, -2] },
    "Expected postgres to hold what was there before the run, found 2 of it gone.",
  ],
];

test.each(damage)("%s is missed", (code, reconciliation, message) => {
  const judgement = judgedRun({ reconciliation });
  expect(judgement.verdict).toBe("missed");
  expect(messagesOf(judgement, code)).toEqual([message]);
});

test("base data that is lost exceeds every RPO as well", () => {
  expect(codesOf(judgedRun({ reconciliation: { baseDataLost: [-1] } }))).toEqual([
    "rpo-exceeded",
    "base-data-lost",
  ]);
});

test("a write that the old primary acknowledges after the new one takes writes is divergent", () => {
  const behind = traffic({ stream: "postgres-direct", from: 10_100, to: 10_200, answeredBy: oldPrimary });
  const others = goodTraffic("postgres-direct").filter(({ sentAt }) => sentAt < 10_100 || sentAt > 10_200);
  const entries = ledger(goodTraffic("place-trade"), goodTraffic("read-trade"), others, behind);
  const judgement = judgedRun({
    entries,
    lost: (entry) => entry.sentAt >= 10_100 && entry.sentAt <= 10_200,
  });
  expect(judgement.verdict).toBe("missed");
  expect(messagesOf(judgement, "divergent-write")).toEqual([
    `Expected no server but the new primary of postgres to acknowledge writes once it took them, found 6 writes on the abandoned branch: the first, ${
      entries.find(({ sentAt, stream }) => sentAt === 10_100 && stream === "postgres-direct")?.id ?? ""
    }, 2.105 s after the fault.`,
  ]);
});

test("the last acknowledgements of a killed server are loss and no divergence", () => {
  const late = traffic({ from: at.fault + 5, to: at.fault + 25, answeredBy: oldPrimary });
  const entries = ledger(...sketchedStreams.map(({ name }) => goodTraffic(name)), late);
  const judgement = judgedRun({
    entries,
    lost: ({ sentAt, answeredBy }) => sentAt >= at.fault && answeredBy?.timeline === 1,
  });
  expect(judgement.findings).toEqual([]);
});

test("a write that the new primary acknowledged and that is gone was destroyed later, with or without an oracle", () => {
  const gone = 15_000;
  const judgement = judgedRun({ lost: ({ sentAt, stream }) => sentAt === gone && stream === "place-trade" });
  expect(judgement.verdict).toBe("missed");
  expect(codesOf(judgement)).toEqual(["destroyed-later"]);
  expect(messagesOf(judgement, "destroyed-later")[0]).toContain(
    "found 1 write that the surviving branch had",
  );
});

test("an acknowledged write that complete WAL does not know was never committed", () => {
  const entries = ledger(...sketchedStreams.map(({ name }) => goodTraffic(name)));
  const lostAt = at.fault - 100;
  const committed = entries.filter(({ sentAt, answeredBy }) => answeredBy !== undefined && sentAt !== lostAt);
  const judgement = judgedRun({
    entries,
    lost: ({ sentAt }) => sentAt === lostAt,
    measure: { oracle: { postgres: sketchedWal(committed) } },
  });
  expect(codesOf(judgement)).toEqual(["acknowledged-without-commit"]);
});

test("a property that differs after recovery is missed, and one that nobody could check is not met", () => {
  const different = judgedRun({}, { integrity: [{ ...holding, holds: false, found: "b2" }] });
  expect(different.verdict).toBe("missed");
  expect(messagesOf(different, "integrity-difference")).toEqual([
    "Digest of tradelog: expected a1, found b2.",
  ]);
  const unchecked = judgedRun({}, { integrity: [holding, { ...holding, holds: null, found: "no answer" }] });
  expect(codesOf(unchecked)).toEqual(["nothing-measured"]);
  expect(codesOf(judgedRun({}, { integrity: [] }))).toEqual(["nothing-measured"]);
});

test("a store that was written to and never scanned is not met", () => {
  expect(codesOf(judgedRun({ measure: { reconciliations: [] } }))).toEqual(["nothing-measured"]);
});
