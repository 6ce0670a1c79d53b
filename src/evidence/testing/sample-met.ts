import { sampleLedger } from "./sample-ledger.ts";
import { sampleStepResult } from "./sample-step.ts";
import {
  sampleBaseline,
  sampleEnvironment,
  sampleRunStarted,
  sampleStreams,
  sampleTimeline,
} from "./sample-run.ts";
import type { SampleRun } from "./sample-run.ts";

const title = "Primary database dies: the documented failover restores service within the objectives";

const steps = [
  sampleStepResult({
    id: "1",
    title: "Check replica status",
    line: 12,
    from: 15_800,
    to: 16_110,
    executedIn: ["postgres-replica"],
    commands: [
      {
        text: `docker-compose exec -T -u postgres postgres-replica psql -U abtuser -d abtpro_db -c "SELECT pg_is_in_recovery();"`,
        output: " pg_is_in_recovery \n-------------------\n t\n(1 row)\n\n",
      },
    ],
  }),
  sampleStepResult({
    id: "2",
    title: "Stop the old primary for good (added: fencing)",
    line: 18,
    from: 16_110,
    to: 16_400,
    effect: { name: "node:stopped", from: "attribute" },
    commands: [{ text: "docker-compose stop postgres" }],
  }),
  sampleStepResult({
    id: "3",
    title: "Promote replica to primary",
    line: 24,
    from: 16_400,
    to: 16_820,
    effect: { name: "node:promoted", from: "promote" },
    executedIn: ["postgres-replica"],
    changes: [{ kind: "role", subject: "postgres-replica", before: "replica", after: "primary" }],
    commands: [
      {
        text: "docker-compose exec -T -u postgres postgres-replica pg_ctl promote -w",
        output: "waiting for server to promote.... done\nserver promoted\n",
      },
    ],
  }),
  sampleStepResult({
    id: "4",
    title: "Update DATABASE_URL in .env",
    line: 30,
    from: 16_820,
    to: 16_850,
    effect: { name: "file:changed", from: "update" },
    changes: [{ kind: "file", subject: ".env", before: "3f2a9c…", after: "b81d04…" }],
    commands: [{ text: `sed -i 's|@postgres:|@postgres-replica:|' .env` }],
  }),
  sampleStepResult({
    id: "5",
    title: "Recreate backend services",
    line: 36,
    from: 16_850,
    to: 18_530,
    effect: { name: "container:recreated", from: "recreate" },
    changes: ["backend", "celery-worker", "celery-beat"].map((subject) => ({
      kind: "container" as const,
      subject,
      before: "3f2a",
      after: "91bc",
    })),
    commands: [{ text: "docker-compose up -d --no-deps --force-recreate backend celery-worker celery-beat" }],
  }),
  sampleStepResult({
    id: "6",
    title: "Verify writes",
    line: 42,
    from: 18_530,
    to: 19_060,
    commands: [
      { text: `docker-compose exec -T backend curl -fsS localhost:8000/trade`, output: `{"id":1}\n` },
    ],
  }),
];

/** A database failover that kept its promises, with two writes lost. */
export function sampleMetRun(): SampleRun {
  const events = sampleTimeline([
    [0, sampleRunStarted(title)],
    [1, { kind: "phase-started", phase: "topology" }],
    [5200, { kind: "topology-ready", seconds: 5.2 }],
    [5210, { kind: "phase-started", phase: "baseline" }],
    [5230, { kind: "workload-started" }],
    [13_500, sampleBaseline],
    [13_990, { kind: "phase-started", phase: "fault" }],
    [
      14_050,
      {
        kind: "fault-injected",
        fault: "killNode(postgres)",
        targets: ["postgres"],
        transient: false,
        calledAt: 14_000,
      },
    ],
    [
      14_090,
      {
        kind: "fault-observed",
        fault: "killNode(postgres)",
        inForce: true,
        detail: "container 3f2a9c0d exited with 137",
      },
    ],
    [14_400, { kind: "probe-changed", probe: "GET /health", healthy: false, detail: "503" }],
    [15_790, { kind: "phase-started", phase: "runbook" }],
    ...steps.map((result) => [result.finishedAt, { kind: "step-finished", result }] as const),
    [19_061, { kind: "runbook-finished" }],
    [19_062, { kind: "phase-started", phase: "observation" }],
    [
      19_070,
      {
        kind: "fault-checked",
        fault: "killNode(postgres)",
        inForce: true,
        detail: "container 3f2a9c0d exited with 137",
      },
    ],
    [19_080, { kind: "recovery-observed", recovered: true, waitedSeconds: 0.02 }],
    [
      19_100,
      {
        kind: "application-target",
        targets: [
          {
            service: "backend",
            store: "postgres",
            host: "postgres-replica",
            node: "postgres-replica",
            writable: true,
          },
        ],
      },
    ],
    [30_000, { kind: "observation-ended" }],
    [30_001, { kind: "phase-started", phase: "aftershock" }],
    [30_010, { kind: "aftershock-started", node: "postgres-replica" }],
    [
      33_400,
      {
        kind: "aftershock-ended",
        node: "postgres-replica",
        durable: true,
        detail: "primary on timeline 2, data as before, service back",
      },
    ],
    [36_000, { kind: "workload-stopped" }],
    [36_001, { kind: "phase-started", phase: "collection" }],
    [39_000, { kind: "run-ended" }],
  ]);
  const entries = sampleLedger({
    streams: sampleStreams,
    from: 5230,
    to: 36_000,
    faultAt: 14_000,
    returnedAt: 18_400,
  });
  const lost = entries
    .filter((entry) => entry.stream === "postgres-direct" && entry.sentAt < 14_000)
    .slice(-2);
  const [firstLost, lastLost] = lost;
  if (firstLost === undefined || lastLost === undefined) throw new TypeError("the sample loses two writes");
  const returnedAt = { from: 18_352.1, to: 18_404.9 };
  return {
    events,
    entries,
    input: {
      events,
      judgement: { verdict: "met", findings: [] },
      environment: sampleEnvironment,
      selfTest: {
        result: "passed",
        commit: sampleEnvironment.commit,
        imageIds: [],
        time: "2026-11-24T06:12:00Z",
      },
      runbook: {
        file: "runbooks/database-failover.md",
        sha256: "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00",
        slug: "manual-failover",
        heading: "Manual Failover",
        line: 7,
        steps: steps.map((result) => result.step),
      },
      measured: {
        rto: {
          faultAt: 14_000,
          streams: sampleStreams.map((stream) => ({
            stream: stream.name,
            returnedAt,
            islands: [],
            firstFailureAt: 14_011.3,
          })),
          serviceReturnedAt: returnedAt,
          verificationEndedAt: 19_060,
          intervalSeconds: { lower: 5.06, upper: 5.06 },
          measuredSeconds: 5.06,
          seconds: 305.06,
          parts: [
            { name: "detect", seconds: 0.4 },
            { name: "decide", seconds: 1.4 },
            ...steps.map((result) => ({
              name: `step ${result.step.id}: ${result.step.title}`,
              seconds: (result.finishedAt - result.startedAt) / 1000,
            })),
          ],
        },
        rpo: [{ store: "postgres", lostWrites: 2, seconds: 0.048, windowSeconds: 8.77, firstLost, lastLost }],
        divergentWrites: 0,
        mttdSeconds: 0.4,
        mttrSeconds: 4.66,
        exposure: {
          rpoSeconds: null,
          unbounded: true,
          items: [
            { name: "lag before the fault", value: "312 bytes, falling by 4.2 bytes/s", source: "baseline" },
          ],
        },
        errorBudget: {
          availabilityPercent: 99.9,
          budgetSecondsPerMonth: 2592,
          outageSeconds: 5.06,
          usedShare: 0.00195,
        },
      },
      reconciliations: [
        {
          store: "postgres",
          acknowledged: 1543,
          rejected: 0,
          notSent: 212,
          indeterminate: 41,
          survivors: 1541,
          lost,
          phantoms: [],
          changedPayloads: [],
          duplicates: [],
          baseDataLost: [],
          gaps: [],
          recoveredIndeterminate: 1,
        },
      ],
      integrity: [
        { name: "tables and their definitions", holds: true, expected: "as before", found: "as before" },
        { name: 'sequence "user_id_seq"', holds: true, expected: "at least 1,000", found: "1,033" },
      ],
      oracle: [
        {
          store: "postgres",
          source: "WAL of timelines 1 and 2",
          agrees: true,
          figures: { "switch point": "0/3A000110", "commits at or after it": "2" },
          detail: "both lost writes committed at or after the switch point",
        },
      ],
      files: [
        { path: "events.jsonl", bytes: 48_211, sha256: "aa".repeat(32) },
        { path: "ledger.bin", bytes: 110_223, sha256: "bb".repeat(32) },
        { path: "lost-writes.csv", bytes: 240, sha256: "cc".repeat(32) },
      ],
    },
  };
}
