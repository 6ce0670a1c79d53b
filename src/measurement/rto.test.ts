import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LedgerEntry } from "../workload/ledger-entry.ts";
import { readRun } from "./recorded-run.ts";
import { measureRto } from "./rto.ts";
import { ledger, sketchedStreams, traffic } from "./testing/sketched-ledger.ts";
import {
  at,
  goodSteps,
  goodTraffic,
  newPrimary,
  oldPrimary,
  sketchedRun,
  type RunSketch,
} from "./testing/sketched-run.ts";
import { inserted, without } from "./testing/sketched-timeline.ts";

function rtoOf(sketch: RunSketch = {}) {
  return sketchedRun(sketch).measured.rto;
}

/** Service of one stream comes back at `back`, that of the others as in the good run. */
function streamBackAt(slow: string, back: number): LedgerEntry[] {
  return ledger(
    ...sketchedStreams.map(({ name: stream }) =>
      stream === slow
        ? [
            ...traffic({ stream, from: at.workload, to: at.fault - 20, answeredBy: oldPrimary }),
            ...traffic({ stream, from: at.fault, to: back - 20, outcome: "rejected" }),
            ...traffic({ stream, from: back, to: at.observed, answeredBy: newPrimary }),
          ]
        : goodTraffic(stream),
    ),
  );
}

describe("rto", () => {
  test("ends with the last verification when service was back before", () => {
    expect(rtoOf()).toMatchObject({
      faultAt: 8_000,
      serviceReturnedAt: { from: 11_580, to: 11_605 },
      verificationEndedAt: 12_300,
      intervalSeconds: { lower: 4.3, upper: 4.3 },
      measuredSeconds: 4.3,
      seconds: 4.3,
    });
  });

  test("ends with service when that came back after the verification", () => {
    const rto = rtoOf({ entries: streamBackAt("place-trade", 13_000) });
    expect(rto?.intervalSeconds).toEqual({ lower: 4.98, upper: 5.005 });
  });

  test("ends with the worst kind of request through the application, reads included", () => {
    expect(rtoOf({ entries: streamBackAt("read-trade", 13_000) })?.measuredSeconds).toBe(5.005);
  });

  test("is not decided by a client of the store", () => {
    expect(rtoOf({ entries: streamBackAt("postgres-direct", 13_000) })?.measuredSeconds).toBe(4.3);
  });

  test("is not known while one kind of request is not back", () => {
    const rto = rtoOf({ entries: streamBackAt("read-trade", 30_000) });
    expect(rto?.serviceReturnedAt).toBeUndefined();
    expect(rto?.intervalSeconds).toBeUndefined();
    expect(rto?.parts).toEqual([]);
  });

  test("takes documented delays on top, in a figure of their own", () => {
    const source = { file: "dr.md", line: 190, text: "for: 5m" };
    const rto = rtoOf({ started: { documentedDelays: [{ name: "for: 5m", seconds: 300, source }] } });
    expect([rto?.measuredSeconds, rto?.seconds]).toEqual([4.3, 304.3]);
  });

  test("counts from just before the call that injected the fault", () => {
    expect(rtoOf()?.faultAt).toBe(at.fault);
  });

  test("counts from the fault that the scenario names", () => {
    const second = {
      kind: "fault-injected",
      fault: "partition(a)",
      targets: ["a"],
      transient: false,
      calledAt: 9_000,
    } as const;
    const run = sketchedRun({ edit: inserted("fault-injected", [9_010, second]) });
    expect(measureRto(readRun(run.events), run.entries)?.faultAt).toBe(8_000);
    expect(measureRto(readRun(run.events, "partition(a)"), run.entries)?.faultAt).toBe(9_000);
    expect(measureRto(readRun(run.events, "never injected"), run.entries)).toBeUndefined();
  });

  test("does not count what fails in the aftershock", () => {
    expect(rtoOf()?.serviceReturnedAt?.to).toBeLessThan(12_000);
  });

  test("stands without a verification at service's return", () => {
    expect(rtoOf({ steps: goodSteps.slice(0, -1) })?.intervalSeconds).toEqual({ lower: 3.58, upper: 3.605 });
  });
});

describe("parts", () => {
  test("name what took the time", () => {
    expect(rtoOf()?.parts).toEqual([
      { name: "detect", seconds: 0.005 },
      { name: "decide", seconds: 0.995 },
      { name: "step 1: Check replica status", seconds: 0.2 },
      { name: "step 2: Stop the old primary", seconds: 0.3 },
      { name: "step 3: Promote replica to primary", seconds: 0.5 },
      { name: "step 4: Update DATABASE_URL in .env", seconds: 0.1 },
      { name: "step 5: Restart backend services", seconds: 1.9 },
      { name: "verify", seconds: 0.3 },
    ]);
  });

  test("end with the return where service came back after the last step", () => {
    const parts = rtoOf({ entries: streamBackAt("place-trade", 13_000) })?.parts;
    expect(parts?.at(-1)).toEqual({ name: "return", seconds: 0.705 });
  });

  test("know only detection, decision and return where no step ran", () => {
    expect(rtoOf({ steps: [] })?.parts).toEqual([
      { name: "detect", seconds: 0.005 },
      { name: "decide", seconds: 3.6 },
    ]);
  });

  test("have the detection end with the first sign, a probe's or a client's", () => {
    const lateClients = ledger(
      ...sketchedStreams.map(({ name }) =>
        goodTraffic(name).map((entry) =>
          entry.outcome === "acknowledged" || entry.sentAt > 8_500
            ? entry
            : { ...entry, answeredAt: entry.sentAt + 1_000 },
        ),
      ),
    );
    expect(rtoOf({ entries: lateClients })?.detectedAt).toBe(8_250);
    expect(rtoOf({ entries: lateClients, edit: without("probe-changed") })?.detectedAt).toBe(8_525);
  });

  test("add up to the upper bound, whenever steps and service end", () => {
    const arbitrary = fc.record({
      durations: fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 6 }),
      pause: fc.integer({ min: 0, max: 300 }),
      start: fc.integer({ min: 8_000, max: 9_500 }),
      back: fc.integer({ min: 401, max: 620 }).map((slot) => slot * 20),
    });
    fc.assert(
      fc.property(arbitrary, ({ durations, pause, start, back }) => {
        let next = start;
        const steps = durations.map((duration, position) => {
          const startedAt = next;
          next += duration + pause;
          const template = goodSteps[Math.max(0, goodSteps.length - durations.length) + position];
          return { ...template, startedAt, finishedAt: startedAt + duration };
        });
        const entries = ledger(
          traffic({ from: at.workload, to: at.fault - 20 }),
          traffic({ from: at.fault, to: back - 20, outcome: "not-sent" }),
          traffic({ from: back, to: at.observed }),
        );
        const rto = rtoOf({ steps, entries, started: { streams: sketchedStreams.slice(0, 1) } });
        const sum = (rto?.parts ?? []).reduce((total, { seconds }) => total + seconds, 0);
        expect(rto?.measuredSeconds).toBeGreaterThan(0);
        expect(sum).toBeCloseTo(rto?.measuredSeconds ?? 0, 9);
        expect(rto?.parts.every(({ seconds }) => seconds >= 0)).toBe(true);
        expect(rto?.intervalSeconds?.lower).toBeLessThanOrEqual(rto?.intervalSeconds?.upper ?? 0);
      }),
      { numRuns: 50 },
    );
  });
});

test("time to detect and time to recover from there make up the measured time", () => {
  const { mttdSeconds, mttrSeconds } = sketchedRun().measured;
  expect(mttdSeconds).toBe(0.005);
  expect(mttrSeconds).toBeCloseTo(4.295, 9);
});
