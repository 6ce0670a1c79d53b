import type { NewTimelineEvent, TimelineEvent } from "../../timeline/event.ts";
import type { LedgerEntry, StreamDefinition } from "../../workload/ledger-entry.ts";
import type { EvidenceInput } from "../assemble.ts";
import type { EvidenceEnvironment } from "../evidence.ts";

/** A run that never took place, as the harness would have recorded it. */
export interface SampleRun {
  readonly events: readonly TimelineEvent[];
  readonly entries: readonly LedgerEntry[];
  readonly input: EvidenceInput;
}

export const sampleStreams: readonly StreamDefinition[] = [
  { name: "place-trade", store: "postgres", via: "application", operation: "write", ratePerSecond: 20 },
  { name: "read-trade", store: "postgres", via: "application", operation: "read", ratePerSecond: 20 },
  { name: "postgres-direct", store: "postgres", via: "direct", operation: "write", ratePerSecond: 40 },
];

export const sampleEnvironment: EvidenceEnvironment = {
  engine: { version: "28.1.0", apiVersion: "1.49" },
  images: [
    {
      name: "postgres:17",
      reference: "postgres:17",
      digest: "sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
      imageId: "sha256:11111111222222223333333344444444555555556666666677777777888888889",
      packages: { postgresql: "17.6" },
    },
    {
      name: "redis:8",
      reference: "abtpro-drill/redis:8",
      digest: null,
      imageId: "sha256:99999999222222223333333344444444555555556666666677777777888888889",
      packages: { "redis-server": "8.0.2" },
    },
  ],
  commit: "9a73e0a4d1f0b7c2e35f9a73e0a4d1f0b7c2e35f",
  commitIsClean: true,
  node: "24.21.0",
  platform: "linux x64",
  kernel: "6.12.9",
  cpus: 2,
  memoryBytes: 8_321_040_384,
  shared: false,
};

/** Numbers the events of a sample in their order. */
export function sampleTimeline(
  events: readonly (readonly [at: number, event: NewTimelineEvent])[],
): TimelineEvent[] {
  return events.map(([at, event], index) => ({ seq: index + 1, at, ...event }));
}

export function sampleRunStarted(title: string): NewTimelineEvent {
  const file = "docs/dr-strategy.md";
  return {
    kind: "run-started",
    runId: "k3f9a2c1",
    scenario: "database-failover",
    title,
    scenarioKind: "outage",
    system: "abtpro",
    wallTime: "2026-11-24T07:50:11.204Z",
    originNs: "1020304050607",
    seed: "1",
    objectives: {
      rtoSeconds: 900,
      rpoSeconds: 300,
      availabilityPercent: 99.9,
      sources: {
        rto: { file, line: 9, text: "**Target: < 15 minutes**" },
        rpo: { file, line: 14, text: "**Target: < 5 minutes**" },
        availability: { file, line: 19, text: "**Target: 99.9% uptime**" },
      },
    },
    documentedDelays: [
      { name: "the alert's for: 5m", seconds: 300, source: { file, line: 223, text: "  for: 5m" } },
    ],
    streams: sampleStreams,
    longestClientDeadlineMs: 2000,
  };
}

export const sampleBaseline: NewTimelineEvent = {
  kind: "baseline-established",
  baseline: {
    ratePerSecond: { "place-trade": 20, "read-trade": 20, "postgres-direct": 40 },
    nodes: [
      { node: "postgres", reachable: true, role: "primary", writable: true, timeline: 1, version: "17.6" },
      {
        node: "postgres-replica",
        reachable: true,
        role: "replica",
        writable: false,
        timeline: 1,
        version: "17.6",
        replication: { streaming: true, synced: true, lagBytes: 0 },
      },
    ],
    baseData: { postgres: 1000 },
    lag: { "postgres-replica": { bytes: 312, slopeBytesPerSecond: -4.2 } },
  },
};
