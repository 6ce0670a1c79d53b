import { expect, test } from "vitest";
import { measure } from "./measure.ts";
import { at, sketchedRun } from "./testing/sketched-run.ts";
import { runStarted, timeline } from "./testing/sketched-timeline.ts";

test("a run without a fault has neither RTO nor RPO, and nothing is made up", () => {
  const measured = measure({
    events: timeline([0, runStarted()]),
    entries: [],
    ledgerComplete: true,
    reconciliations: [],
  });
  expect(measured.rto).toBeUndefined();
  expect(measured.rpo).toEqual([]);
  expect("divergentWrites" in measured || "mttdSeconds" in measured || "errorBudget" in measured).toBe(false);
});

test("the good run loses nothing and diverges nowhere", () => {
  const { measured } = sketchedRun();
  expect(measured).toMatchObject({ divergentWrites: 0, ledgerDoubts: [], exposure: { unbounded: false } });
  expect(measured.rpo).toMatchObject([{ store: "postgres", lostWrites: 0, seconds: 0 }]);
});

test("measuring twice gives the same figures", () => {
  const input = sketchedRun({
    lost: ({ sentAt }) => sentAt >= at.fault - 100 && sentAt < at.fault,
  });
  expect(measure(input)).toEqual(measure(input));
});

test("the order of the ledger does not matter", () => {
  const { measured, ...input } = sketchedRun();
  expect(measure({ ...input, entries: [...input.entries].reverse() })).toEqual(measured);
});
