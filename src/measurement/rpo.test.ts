import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LedgerEntry } from "../workload/ledger-entry.ts";
import { measureRpo } from "./rpo.ts";
import { ledger, traffic } from "./testing/sketched-ledger.ts";

/** A write every 20 ms from 0 on, answered 5 ms later; t₀ is 1,000. */
const writes = ledger(traffic({ from: 0, to: 1_040 }));

function rpoOf(
  isLost: (entry: LedgerEntry) => boolean,
  change: Partial<Parameters<typeof measureRpo>[0]> = {},
) {
  const lost = writes.filter(isLost);
  return measureRpo({
    store: "postgres",
    faultAt: 1_000,
    acknowledged: writes,
    lost,
    lostAtFailover: lost,
    baseDataLost: false,
    ...change,
  });
}

describe("rpo", () => {
  test("is 0 when nothing was lost", () => {
    expect(rpoOf(() => false)).toMatchObject({ lostWrites: 0, seconds: 0 });
  });

  test("goes from the last survivor before the first loss to t₀", () => {
    // Lost: answered at 905 to 985. The last survivor before them was answered at 885.
    const rpo = rpoOf(({ sentAt }) => sentAt >= 900 && sentAt < 1_000);
    expect(rpo).toMatchObject({ lostWrites: 5, seconds: 0.115 });
    expect([rpo.firstLost?.answeredAt, rpo.lastLost?.answeredAt]).toEqual([905, 985]);
  });

  test("goes to the last acknowledgement where a dying server gave one after t₀", () => {
    expect(rpoOf(({ sentAt }) => sentAt >= 900)).toMatchObject({ lostWrites: 8, seconds: 0.16 });
  });

  test("has no bound when loss reaches the first write", () => {
    expect(rpoOf(() => true)).toMatchObject({ seconds: Infinity, windowSeconds: 1.04 });
  });

  test("has no bound when data from before the run is gone", () => {
    expect(rpoOf(() => false, { baseDataLost: true }).seconds).toBe(Infinity);
  });

  test("counts only what was lost at failover", () => {
    const destroyed = writes.filter(({ sentAt }) => sentAt === 500);
    expect(rpoOf(() => false, { lost: destroyed })).toMatchObject({ lostWrites: 0, seconds: 0 });
  });

  test("does not take a write that was destroyed later for a survivor", () => {
    const lostAtFailover = writes.filter(({ sentAt }) => sentAt >= 900);
    const destroyed = writes.filter(({ sentAt }) => sentAt === 880);
    const rpo = rpoOf(() => false, { lostAtFailover, lost: [...lostAtFailover, ...destroyed] });
    expect(rpo.seconds).toBe(0.18);
  });
});

test("a known number of writes cut off the end is reported exactly", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: writes.length - 1 }), (count) => {
      const cut = writes.length - count;
      const rpo = rpoOf(({ id }) => id > cut);
      const lastSurvivor = writes[cut - 1]?.answeredAt ?? Number.NaN;
      expect(rpo.lostWrites).toBe(count);
      expect(rpo.seconds).toBeCloseTo((Math.max(1_000, 1_045) - lastSurvivor) / 1_000, 9);
    }),
  );
});
