import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LedgerEntry } from "../workload/ledger-entry.ts";
import { outageFailures } from "./outage-failures.ts";
import { request, traffic } from "./testing/sketched-ledger.ts";

/** 200 requests a second for three seconds; those at the given positions fail. */
function withFailures(...positions: readonly number[]): LedgerEntry[] {
  return traffic({ from: 0, to: 2_995, everyMs: 5 }).map((entry, position) =>
    positions.includes(position) ? { ...entry, outcome: "indeterminate" } : entry,
  );
}

describe("a failure belongs to an outage", () => {
  test("when a second around it has under 99 % success", () => {
    expect(outageFailures(withFailures(300, 301, 302))).toEqual([300, 301, 302]);
  });

  test("not when every second around it has 99 %", () => {
    expect(outageFailures(withFailures(300, 301))).toEqual([]);
    expect(outageFailures(withFailures(300))).toEqual([]);
  });

  test("wherever the second begins: three failures 990 ms apart are one", () => {
    expect(outageFailures(withFailures(201, 300, 399))).toEqual([201, 300, 399]);
    expect(outageFailures(withFailures(200, 300, 400))).toEqual([]);
  });

  test("at 50 requests a second even alone", () => {
    const requests = traffic({ from: 0, to: 3_000 }).map((entry, position) =>
      position === 75 ? { ...entry, outcome: "rejected" as const } : entry,
    );
    expect(outageFailures(requests)).toEqual([75]);
  });

  test("whatever kind of failure it is", () => {
    for (const outcome of ["rejected", "not-sent", "indeterminate"] as const) {
      expect(outageFailures([request({ sentAt: 0, answeredAt: 1, outcome })])).toEqual([0]);
    }
    expect(
      outageFailures([request({ sentAt: 0, answeredAt: 1, outcome: "acknowledged-unreplicated" })]),
    ).toEqual([]);
  });

  test("never when there is no request", () => {
    expect(outageFailures([])).toEqual([]);
  });
});

test("the sliding window finds what trying every window finds", () => {
  const arbitrary = fc.array(
    fc.record({ slot: fc.integer({ min: 0, max: 60 }), fails: fc.integer({ min: 0, max: 60 }) }),
    { maxLength: 300, minLength: 1, size: "max" },
  );
  fc.assert(
    fc.property(arbitrary, (sketches) => {
      const requests = sketches
        .sort((a, b) => a.slot - b.slot)
        .map(({ slot, fails }) =>
          request({
            sentAt: slot * 50,
            answeredAt: slot * 50 + 1,
            outcome: fails === 0 ? "indeterminate" : "acknowledged",
          }),
        );
      expect(outageFailures(requests)).toEqual(byTryingEveryWindow(requests));
    }),
    { numRuns: 60 },
  );
});

/** Sends are a multiple of 50 ms apart here, so that starts every 25 ms cover every window there is. */
function byTryingEveryWindow(requests: readonly LedgerEntry[]): number[] {
  const found = new Set<number>();
  const first = requests[0]?.sentAt ?? 0;
  const last = requests.at(-1)?.sentAt ?? 0;
  for (let start = first; start <= Math.max(first, last - 975); start += 25) {
    const inside = requests.flatMap(({ sentAt, outcome }, position) =>
      sentAt >= start && sentAt < start + 1_000 ? [{ position, failed: outcome === "indeterminate" }] : [],
    );
    const failures = inside.filter(({ failed }) => failed);
    if (failures.length * 100 > inside.length) for (const { position } of failures) found.add(position);
  }
  return [...found].sort((a, b) => a - b);
}
