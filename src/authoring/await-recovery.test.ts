import { expect, test } from "vitest";
import type { StreamDefinition } from "../workload/ledger-entry.ts";
import type { StreamStats, WorkloadStats } from "../workload/workload-options.ts";
import { recoveryState } from "./await-recovery.ts";

const streams: StreamDefinition[] = [
  { name: "trade", store: "postgres", via: "application", operation: "write", ratePerSecond: 25 },
  { name: "direct", store: "postgres", via: "direct", operation: "write", ratePerSecond: 40 },
];
const bounds = { runbookEndedAt: 20_000, observationMs: 10_000, withinMs: 64_000 };

function statsAt(at: number, stream: Partial<StreamStats>): WorkloadStats {
  return {
    at,
    streams: [
      {
        stream: "trade",
        finished: 1,
        acknowledged: 1,
        failed: 0,
        waiting: 0,
        acknowledgedPerSecond: 25,
        failedPerSecond: 0,
        ...stream,
      },
    ],
  };
}

test("service that has lasted for the observation is recovered", () => {
  expect(
    recoveryState(statsAt(31_000, { lastFailureSentAt: 18_000, succeedingSince: 18_500 }), streams, bounds),
  ).toBe("recovered");
});

test("service that came back before the runbook was over is watched for the observation after it", () => {
  expect(
    recoveryState(statsAt(29_000, { lastFailureSentAt: 11_000, succeedingSince: 11_500 }), streams, bounds),
  ).toBe("waiting");
});

test("silence is not service, however old the last failure", () => {
  expect(
    recoveryState(
      statsAt(40_000, { lastFailureSentAt: 18_000, succeedingSince: 18_500, acknowledgedPerSecond: 0 }),
      streams,
      bounds,
    ),
  ).toBe("waiting");
});

test("service that still fails when the bound has passed is not recovered", () => {
  expect(
    recoveryState(statsAt(84_001, { lastFailureSentAt: 84_000, acknowledgedPerSecond: 0 }), streams, bounds),
  ).toBe("not-recovered");
});

test("service that returned just in time is given the time to last", () => {
  expect(
    recoveryState(statsAt(85_000, { lastFailureSentAt: 83_000, succeedingSince: 83_500 }), streams, bounds),
  ).toBe("waiting");
});

test("service that flaps past the bound is not recovered", () => {
  expect(
    recoveryState(statsAt(95_000, { lastFailureSentAt: 94_000, succeedingSince: 94_500 }), streams, bounds),
  ).toBe("not-recovered");
});
