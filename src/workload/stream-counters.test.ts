import { expect, test } from "vitest";
import type { LedgerEntry } from "./ledger-entry.ts";
import { StreamCounters } from "./stream-counters.ts";

function entry(sentAt: number, outcome: LedgerEntry["outcome"]): LedgerEntry {
  return {
    id: 1,
    stream: "s",
    writer: 1,
    payloadHash: "",
    dueAt: sentAt,
    sentAt,
    answeredAt: sentAt + 1,
    outcome,
  };
}

test("rates are those of the last second", () => {
  const counters = new StreamCounters("s");
  counters.stats(0, 0);
  for (let at = 0; at < 1000; at += 10) counters.count(entry(at, "acknowledged"));
  expect(counters.stats(1000, 0)).toMatchObject({ acknowledged: 100, acknowledgedPerSecond: 100 });
  for (let at = 1000; at < 1500; at += 10) counters.count(entry(at, "not-sent"));
  counters.stats(1500, 0);
  expect(counters.stats(2000, 3)).toMatchObject({
    acknowledgedPerSecond: 0,
    failedPerSecond: 50,
    waiting: 3,
  });
});

test("service succeeds since the first success after the last failure", () => {
  const counters = new StreamCounters("s");
  counters.count(entry(1, "acknowledged"));
  counters.count(entry(10, "indeterminate"));
  expect(counters.stats(20, 0)).not.toHaveProperty("succeedingSince");
  counters.count(entry(30, "acknowledged"));
  counters.count(entry(40, "acknowledged-unreplicated"));
  expect(counters.stats(50, 0)).toMatchObject({
    lastFailureSentAt: 10,
    succeedingSince: 31,
    lastSuccessAt: 41,
  });
});
