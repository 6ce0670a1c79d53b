import { expect, test } from "vitest";
import type { StreamDefinition } from "../workload/ledger-entry.ts";
import type { StreamStats, WorkloadStats } from "../workload/workload-options.ts";
import { ratesBetween } from "./run-baseline.ts";

const definition: StreamDefinition = {
  name: "writes",
  store: "postgres",
  via: "direct",
  operation: "write",
  ratePerSecond: 40,
};

function at(ms: number, counts?: Pick<StreamStats, "acknowledged" | "failed">): WorkloadStats {
  if (counts === undefined) return { at: ms, streams: [] };
  const { acknowledged, failed } = counts;
  const finished = acknowledged + failed;
  const stats = { stream: "writes", finished, acknowledged, failed, waiting: 0 };
  return { at: ms, streams: [{ ...stats, acknowledgedPerSecond: 0, failedPerSecond: 0 }] };
}

test("a span has the requests between its ends only: failures before it are not its own", () => {
  const rates = ratesBetween(
    at(1000, { acknowledged: 20, failed: 13 }),
    at(4000, { acknowledged: 140, failed: 13 }),
    [definition],
  );
  expect(rates).toEqual([{ definition, ratePerSecond: 40, failedShare: 0 }]);
});

test("failures inside a span are its share of all requests that ended in it", () => {
  const rates = ratesBetween(
    at(0, { acknowledged: 0, failed: 0 }),
    at(3000, { acknowledged: 90, failed: 30 }),
    [definition],
  );
  expect(rates).toEqual([{ definition, ratePerSecond: 30, failedShare: 0.25 }]);
});

test("a span without new figures, or without the stream, has a rate of nothing", () => {
  const stats = at(1000, { acknowledged: 20, failed: 0 });
  expect(ratesBetween(stats, stats, [definition])).toEqual([
    { definition, ratePerSecond: 0, failedShare: 0 },
  ]);
  expect(ratesBetween(at(0), at(3000), [definition])).toEqual([
    { definition, ratePerSecond: 0, failedShare: 0 },
  ]);
});
