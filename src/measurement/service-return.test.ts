import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LedgerEntry } from "../workload/ledger-entry.ts";
import { serviceReturn, sustainedMs, type StreamObservation } from "./service-return.ts";
import { request, traffic } from "./testing/sketched-ledger.ts";

const failing = { outcome: "indeterminate" } as const;

function observe(entries: readonly LedgerEntry[], change: Partial<StreamObservation> = {}) {
  return serviceReturn({
    stream: "place-trade",
    entries,
    faultAt: 1_000,
    observedUntil: 20_000,
    sustainedMs: 10_000,
    baselineRatePerSecond: 50,
    ...change,
  });
}

/** Gone from t₀ to `back`. */
function outage(back: number, until = 20_000): LedgerEntry[] {
  return [
    ...traffic({ from: 0, to: 980 }),
    ...traffic({ from: 1_000, to: back - 20, ...failing }),
    ...traffic({ from: back, to: until }),
  ];
}

test("the final run lasts at least 10 s and twice the longest client deadline", () => {
  expect(sustainedMs(1_000)).toBe(10_000);
  expect(sustainedMs(7_000)).toBe(14_000);
});

describe("service is back", () => {
  test("between the sending of the last failure and the answer of the first success after it", () => {
    expect(observe(outage(5_000))).toEqual({
      stream: "place-trade",
      firstFailureAt: 1_005,
      returnedAt: { from: 4_980, to: 5_005 },
      islands: [],
    });
  });

  test("by the first answer, whichever request of the run it belongs to", () => {
    const entries = outage(5_000).map((entry) =>
      entry.sentAt === 5_000 ? { ...entry, answeredAt: 6_000 } : entry,
    );
    expect(observe(entries).returnedAt).toEqual({ from: 4_980, to: 5_025 });
  });

  test("not by a success that was sent before the last failure, for it may be older than the outage", () => {
    const early = request({ sentAt: 990, answeredAt: 4_990 });
    expect(observe([...outage(5_000), early]).returnedAt).toEqual({ from: 4_980, to: 5_005 });
  });

  test("after a failure that hung through it until its deadline", () => {
    const hung = request({ sentAt: 4_990, answeredAt: 9_990, outcome: "indeterminate" });
    expect(observe([...outage(5_000), hung]).returnedAt).toEqual({ from: 4_990, to: 5_005 });
  });

  test("never before t₀, also when only requests under way failed", () => {
    const entries = traffic({ from: 0, to: 20_000 }).map((entry) =>
      entry.sentAt === 980 ? { ...entry, answeredAt: 1_002, outcome: "indeterminate" as const } : entry,
    );
    expect(observe(entries)).toMatchObject({ firstFailureAt: 1_002, returnedAt: { from: 1_000, to: 1_005 } });
  });

  test("although a stray failure follows in a second with 99 % success", () => {
    const dense = [
      ...traffic({ from: 0, to: 995, everyMs: 5 }),
      ...traffic({ from: 1_000, to: 4_995, everyMs: 5, ...failing }),
      ...traffic({ from: 5_000, to: 20_000, everyMs: 5 }),
    ];
    const stray = dense.map((entry) => (entry.sentAt === 12_000 ? { ...entry, ...failing } : entry));
    expect(observe(stray, { baselineRatePerSecond: 200 }).returnedAt).toEqual({ from: 4_995, to: 5_005 });
  });

  test("for the stream asked about, whatever another one does", () => {
    const other = traffic({ stream: "read-trade", from: 1_000, to: 20_000, ...failing });
    expect(observe([...outage(5_000), ...other]).returnedAt).toEqual({ from: 4_980, to: 5_005 });
  });

  test("although the aftershock, or the end of the workload, cut off the last requests", () => {
    const cut = traffic({ from: 19_500, to: 20_000, latencyMs: 800, ...failing });
    const entries = outage(5_000, 19_480);
    expect(
      observe([...entries, ...cut, ...traffic({ from: 20_020, to: 22_000, ...failing })]).returnedAt,
    ).toEqual({
      from: 4_980,
      to: 5_005,
    });
  });
});

describe("service that flaps", () => {
  const flapping = [
    ...traffic({ from: 0, to: 980 }),
    ...traffic({ from: 1_000, to: 1_980, ...failing }),
    ...traffic({ from: 2_000, to: 3_980 }),
    ...traffic({ from: 4_000, to: 5_980, ...failing }),
    ...traffic({ from: 6_000, to: 20_000 }),
  ];

  test("is back only from the last time on, and the islands before are listed", () => {
    expect(observe(flapping)).toMatchObject({
      returnedAt: { from: 5_980, to: 6_005 },
      islands: [{ from: 2_000, to: 3_985 }],
    });
  });

  test("has no island of a single success", () => {
    const entries = outage(5_000).map((entry) =>
      entry.sentAt === 3_000 ? { ...entry, outcome: "acknowledged" as const } : entry,
    );
    expect(observe(entries).islands).toEqual([]);
  });

  test("has no island before the first failure was seen", () => {
    const mixed = [
      ...traffic({ from: 0, to: 1_000, everyMs: 4 }),
      request({ sentAt: 1_001, answeredAt: 1_060, outcome: "indeterminate" }),
      ...traffic({ from: 1_002, to: 1_050, everyMs: 4 }),
      ...traffic({ from: 1_100, to: 4_980, ...failing }),
      ...traffic({ from: 5_000, to: 20_000 }),
    ];
    expect(observe(mixed).islands).toEqual([]);
  });

  test("to the end is still failing", () => {
    const entries = [...flapping, request({ sentAt: 19_999, answeredAt: 19_999.5, outcome: "rejected" })];
    expect(observe(entries).returnedAt).toBeUndefined();
  });
});

describe("service is not shown to be back", () => {
  test("when nothing succeeds any more", () => {
    expect(observe(outage(20_020)).missing).toBe("still-failing");
  });

  test("when observation ends before the run has lasted long enough", () => {
    expect(observe(outage(10_000))).toMatchObject({
      missing: "too-short",
      detail: "success lasted 10.0 s to the end of observation, and must last 10.0 s",
    });
    expect(observe(outage(9_980)).missing).toBeUndefined();
  });

  test("when fewer than 80 % of the requests before the fault succeed", () => {
    const slow = (everyMs: number): LedgerEntry[] => [
      ...traffic({ from: 1_000, to: 4_980, ...failing }),
      ...traffic({ from: 5_000, to: 20_000, everyMs }),
    ];
    expect(observe(slow(25)).missing).toBeUndefined();
    expect(observe(slow(25.2))).toMatchObject({ missing: "too-slow" });
  });

  test("when it is fast enough on the whole and not in the end", () => {
    const entries = outage(5_000, 60_000).filter(
      ({ sentAt }, position) => sentAt < 50_000 || position % 3 === 0,
    );
    expect(observe(entries, { observedUntil: 60_000 }).missing).toBe("too-slow");
  });

  test("when it is fast enough in the end and not on the whole", () => {
    const entries = outage(5_000, 60_000).filter(({ sentAt }) => sentAt < 10_000 || sentAt > 40_000);
    expect(observe(entries, { observedUntil: 60_000 }).missing).toBe("too-slow");
  });

  test("when the requests stop while the clock goes on", () => {
    expect(observe(outage(5_000, 18_900))).toMatchObject({
      missing: "no-requests",
      detail: "no request was made in the last 1.1 s of observation",
    });
  });

  test("when no request was made after the fault at all", () => {
    expect(observe(traffic({ from: 0, to: 980 })).missing).toBe("no-requests");
    expect(observe([]).missing).toBe("no-requests");
  });

  test("when there is nothing to hold its rate against", () => {
    const observation = { stream: "place-trade", entries: outage(5_000), faultAt: 1_000 };
    expect(serviceReturn({ ...observation, observedUntil: 20_000, sustainedMs: 10_000 }).missing).toBe(
      "no-baseline",
    );
    expect(observe(outage(5_000), { baselineRatePerSecond: 0 }).missing).toBe("no-baseline");
  });

  test("when it hangs in the end, and its failures come after observation", () => {
    const entries = [
      ...outage(5_000, 16_980),
      ...traffic({ from: 17_000, to: 20_000, latencyMs: 5_000, ...failing }),
    ];
    expect(observe(entries)).toMatchObject({ missing: "still-failing" });
  });
});

describe("a stream that no outage touched", () => {
  test("has neither a first failure nor a return", () => {
    expect(observe(traffic({ from: 0, to: 20_000 }))).toEqual({ stream: "place-trade", islands: [] });
  });

  test("must have gone on to count", () => {
    expect(observe(traffic({ from: 0, to: 15_000 })).missing).toBe("no-requests");
  });
});

test("the interval holds the instant at which a server really came back", () => {
  const arbitrary = fc.record({
    backAt: fc.double({ min: 1_100, max: 8_000, noNaN: true }),
    latencies: fc.array(fc.double({ min: 0.5, max: 400, noNaN: true }), { minLength: 20, maxLength: 60 }),
    serverShare: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(arbitrary, ({ backAt, latencies, serverShare }) => {
      const entries = traffic({ from: 0, to: 20_000 }).map((entry, position) => {
        const latency = latencies[position % latencies.length] ?? 1;
        const decidedAt = entry.sentAt + latency * serverShare;
        const gone = decidedAt >= 1_000 && decidedAt < backAt;
        return request({
          sentAt: entry.sentAt,
          answeredAt: entry.sentAt + latency,
          outcome: gone ? "indeterminate" : "acknowledged",
        });
      });
      const { returnedAt } = observe(entries);
      expect(returnedAt).toBeDefined();
      expect(returnedAt?.from).toBeLessThanOrEqual(backAt);
      expect(returnedAt?.to).toBeGreaterThanOrEqual(backAt);
    }),
  );
});
