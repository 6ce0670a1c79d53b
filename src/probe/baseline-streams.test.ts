import { expect, test } from "vitest";
import type { StreamDefinition } from "../workload/ledger-entry.ts";
import { judgeStreams, type StreamRate } from "./baseline-streams.ts";

function stream(change: Partial<StreamDefinition>, ratePerSecond: number, failedShare = 0): StreamRate {
  const definition: StreamDefinition = {
    name: "place-trade",
    store: "postgres",
    via: "application",
    operation: "write",
    ratePerSecond: 50,
    ...change,
  };
  return { definition, ratePerSecond, failedShare };
}

test("20 acknowledged writes a second are enough, over all streams of a store", () => {
  expect(judgeStreams([stream({}, 12), stream({ name: "direct", via: "direct" }, 8)])).toBeUndefined();
});

test("fewer are not, and reads are no writes", () => {
  expect(judgeStreams([stream({}, 19.9), stream({ operation: "read" }, 100)])?.code).toBe(
    "write-rate-too-low",
  );
});

test("each store needs its own writes", () => {
  expect(judgeStreams([stream({}, 50), stream({ store: "redis" }, 5)])?.detail).toContain("redis");
  expect(judgeStreams([stream({}, 50), stream({ store: "redis", operation: "read" }, 50)])?.detail).toContain(
    "redis",
  );
});

test("a rate that is no number is no rate", () => {
  expect(judgeStreams([stream({}, Number.NaN)])?.code).toBe("write-rate-too-low");
});

test("one request in a hundred may fail, not two", () => {
  expect(judgeStreams([stream({}, 50, 0.01)])).toBeUndefined();
  expect(judgeStreams([stream({}, 50, 0.02)])?.code).toBe("requests-failing");
});
