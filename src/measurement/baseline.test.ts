import { describe, expect, test } from "vitest";
import type { StreamDefinition } from "../workload/ledger-entry.ts";
import { baselineRates, baselineWindow, doubtBaseline } from "./baseline.ts";
import { readRun } from "./recorded-run.ts";
import { ledger, sketchedStreams, traffic } from "./testing/sketched-ledger.ts";
import { sketchedRun } from "./testing/sketched-run.ts";

const window = { from: 0, to: 10_000 };
const onlyWrites = sketchedStreams.slice(0, 1);

const redisWrites: StreamDefinition = {
  name: "redis-direct",
  store: "redis",
  via: "direct",
  operation: "write",
  ratePerSecond: 50,
};

describe("baseline", () => {
  test("20 acknowledged writes a second are enough, and fewer are not", () => {
    const entries = ledger(traffic({ from: 0, to: 9_950, everyMs: 50 }));
    expect(doubtBaseline(onlyWrites, entries, window)).toBeUndefined();
    expect(doubtBaseline(onlyWrites, entries.slice(1), window)).toEqual({
      code: "write-rate-too-low",
      detail: "19.9 writes a second were acknowledged by postgres before the fault, under 20",
    });
  });

  test("each store must sustain them", () => {
    const entries = ledger(traffic({ from: 0, to: 9_980 }));
    expect(doubtBaseline([...onlyWrites, redisWrites], entries, window)?.detail).toContain("by redis");
  });

  test("reads are no writes, and no stream of writes is no baseline", () => {
    const reads = ledger(traffic({ stream: "read-trade", from: 0, to: 9_980 }));
    expect(doubtBaseline(sketchedStreams, reads, window)?.code).toBe("write-rate-too-low");
    expect(doubtBaseline(sketchedStreams.slice(1, 2), reads, window)?.code).toBe("write-rate-too-low");
  });

  test("more than 1 % failing requests of one stream are no working system", () => {
    const failing = (count: number) =>
      ledger(traffic({ from: 0, to: 9_980 })).map((entry) =>
        entry.id <= count ? { ...entry, outcome: "rejected" as const } : entry,
      );
    expect(doubtBaseline(onlyWrites, failing(5), window)).toBeUndefined();
    expect(doubtBaseline(onlyWrites, failing(6), window)).toEqual({
      code: "requests-failing",
      detail: "6 of 500 requests of place-trade failed before the fault, more than 1 %",
    });
  });

  test("requests that the fault caught under way say nothing about the time before", () => {
    const caught = traffic({ from: 9_990, to: 9_990, latencyMs: 50, outcome: "indeterminate" });
    expect(
      doubtBaseline(onlyWrites, ledger(traffic({ from: 0, to: 9_980 }), caught), window),
    ).toBeUndefined();
  });

  test("is judged from 3 s before it was called established up to t₀, and not before the workload began", () => {
    const { events } = sketchedRun();
    expect(baselineWindow(readRun(events))).toEqual({ from: 4_000, to: 8_000 });
    const late = events.map((event) => (event.kind === "workload-started" ? { ...event, at: 5_500 } : event));
    expect(baselineWindow(readRun(late))?.from).toBe(5_500);
  });

  test("has the rate that was stated or counted, whichever is higher", () => {
    const { events, entries } = sketchedRun();
    const lowered = events.map((event) =>
      event.kind === "baseline-established"
        ? { ...event, baseline: { ...event.baseline, ratePerSecond: { "place-trade": 1, "read-trade": 70 } } }
        : event,
    );
    const rates = baselineRates(readRun(lowered), entries);
    expect(rates["place-trade"]).toBeCloseTo(50, 0);
    expect(rates["read-trade"]).toBe(70);
  });
});
