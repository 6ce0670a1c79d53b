import { describe, expect, test } from "vitest";
import { indeterminateShare } from "./indeterminate-share.ts";
import { readRun } from "./recorded-run.ts";
import { request } from "./testing/sketched-ledger.ts";
import { sketchedRun } from "./testing/sketched-run.ts";

const { events, measured } = sketchedRun();
const run = readRun(events);

function shareOf(sentAt: number, answeredAt: number, streams = measured.rto?.streams ?? []) {
  return indeterminateShare(run, [request({ sentAt, answeredAt, outcome: "indeterminate" })], streams).writes;
}

describe("a write is outside the fault's window", () => {
  test("when it was over before t₀, or sent after its stream was back", () => {
    expect(shareOf(7_000, 7_900)).toBe(1);
    expect(shareOf(12_000, 12_010)).toBe(1);
  });

  test("not when the fault caught it under way, or it was sent during the outage", () => {
    expect(shareOf(7_990, 8_010)).toBe(0);
    expect(shareOf(9_000, 13_000)).toBe(0);
  });

  test("not after observation, for the aftershock is a fault too", () => {
    expect(shareOf(23_090, 23_150)).toBe(0);
    expect(shareOf(24_000, 24_010)).toBe(0);
  });

  test("always where its stream never failed, and never where it did not come back", () => {
    expect(shareOf(9_000, 9_010, [{ stream: "place-trade", islands: [] }])).toBe(1);
    expect(shareOf(20_000, 20_010, [{ stream: "place-trade", islands: [], firstFailureAt: 8_005 }])).toBe(0);
  });
});

test("no write at all is a share of 0", () => {
  expect(indeterminateShare(run, [], [])).toEqual({ indeterminate: 0, writes: 0, share: 0 });
});
