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

const steps = [
  sampleStepResult({
    id: "1",
    title: "Check replica status",
    line: 163,
    from: 15_200,
    to: 15_610,
    outcome: "failed",
    reason: "its command on line 163 exited with 2",
    executedIn: ["postgres-replica"],
    commands: [
      {
        text: `docker-compose exec postgres-replica psql -U abtuser -c "SELECT pg_is_in_recovery();"`,
        exitStatus: 2,
        output:
          'psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: FATAL:  database "abtuser" does not exist\n',
      },
    ],
  }),
  sampleStepResult({
    id: "2",
    title: "Promote replica to primary",
    line: 166,
    from: 15_610,
    to: 15_990,
    outcome: "failed",
    reason: "its command on line 166 exited with 1",
    effect: { name: "node:promoted", from: "promote" },
    executedIn: ["postgres-replica"],
    commands: [
      {
        text: "docker-compose exec postgres-replica pg_ctl promote",
        exitStatus: 1,
        output:
          'pg_ctl: cannot be run as root\nPlease log in (using, e.g., "su") as the (unprivileged) user that will own the server process.\n',
      },
    ],
  }),
  sampleStepResult({
    id: "3",
    title: "Update DATABASE_URL in .env",
    line: 169,
    from: 15_990,
    to: 16_010,
    outcome: "no-effect",
    reason: "expected a file of the checkout to change, and none did",
    effect: { name: "file:changed", from: "update" },
    commands: [{ text: "DATABASE_URL=postgresql://abtuser:[redacted]@replica:5432/abtpro_db" }],
  }),
  sampleStepResult({
    id: "4",
    title: "Restart backend services",
    line: 172,
    from: 16_010,
    to: 18_300,
    effect: { name: "container:restarted", from: "restart" },
    changes: ["backend", "celery-worker", "celery-beat"].map((subject) => ({
      kind: "container" as const,
      subject,
      before: "started 07:50:16",
      after: "started 07:50:29",
    })),
    commands: [
      {
        text: "docker-compose restart backend celery-worker celery-beat",
        output:
          " Container backend  Restarting\n Container celery-worker  Restarting\n Container backend  Started\n",
      },
    ],
  }),
  sampleStepResult({
    id: "5",
    title: "Verify writes",
    line: 175,
    from: 18_300,
    to: 18_910,
    outcome: "failed",
    reason: "its command on line 175 exited with 1",
    commands: [
      {
        text: `docker-compose exec postgres psql -U abtuser -c "CREATE TABLE failover_test (id INT);"`,
        exitStatus: 1,
        output: 'service "postgres" is not running\n',
      },
      {
        text: `docker-compose exec postgres psql -U abtuser -c "DROP TABLE failover_test;"`,
        exitStatus: 1,
        output: 'service "postgres" is not running\n',
      },
    ],
  }),
];

/** The failover as a document gives it: nothing of it works, and service never returns. */
export function sampleMissedRun(): SampleRun {
  const fault = "killNode(postgres)";
  const events = sampleTimeline([
    [
      0,
      sampleRunStarted(
        "Primary database dies: the documented failover restores service within the objectives",
      ),
    ],
    [1, { kind: "phase-started", phase: "topology" }],
    [4900, { kind: "topology-ready", seconds: 4.9 }],
    [5000, { kind: "phase-started", phase: "baseline" }],
    [5100, { kind: "workload-started" }],
    [13_400, sampleBaseline],
    [13_990, { kind: "phase-started", phase: "fault" }],
    [14_050, { kind: "fault-injected", fault, targets: ["postgres"], transient: false, calledAt: 14_000 }],
    [14_080, { kind: "fault-observed", fault, inForce: true, detail: "container 77ab0c1e exited with 137" }],
    [15_190, { kind: "phase-started", phase: "runbook" }],
    ...steps.map((result) => [result.finishedAt, { kind: "step-finished", result }] as const),
    [18_911, { kind: "runbook-finished" }],
    [18_912, { kind: "phase-started", phase: "observation" }],
    [
      18_990,
      {
        kind: "application-target",
        targets: [{ service: "backend", store: "postgres", host: "postgres", writable: false }],
      },
    ],
    [80_900, { kind: "recovery-observed", recovered: false, waitedSeconds: 62 }],
    [80_901, { kind: "observation-ended" }],
    [80_950, { kind: "workload-stopped" }],
    [80_951, { kind: "phase-started", phase: "collection" }],
    [83_000, { kind: "run-ended" }],
  ]);
  const entries = sampleLedger({ streams: sampleStreams, from: 5100, to: 80_950, faultAt: 14_000 });
  return {
    events,
    entries,
    input: {
      events,
      judgement: {
        verdict: "missed",
        findings: [
          {
            code: "not-recovered",
            message:
              "Service was to return within 62 s of the last step; it had not when the observation ended.",
          },
          {
            code: "step-failed",
            step: "1",
            message:
              'Step 1 "Check replica status" was to exit with 0; its command on line 163 exited with 2.',
          },
          {
            code: "step-failed",
            step: "2",
            message:
              'Step 2 "Promote replica to primary" was to exit with 0; its command on line 166 exited with 1.',
          },
          {
            code: "step-no-effect",
            step: "3",
            message: 'Step 3 "Update DATABASE_URL in .env" was to change a file; .env is as it was.',
          },
          {
            code: "application-on-old-url",
            step: "4",
            message: "backend was restarted and still has postgres in DATABASE_URL, where nothing answers.",
          },
          {
            code: "step-failed",
            step: "5",
            message: 'Step 5 "Verify writes" was to exit with 0; its command on line 175 exited with 1.',
          },
        ],
      },
      environment: { ...sampleEnvironment, shared: true },
      selfTest: "not-run",
      runbook: {
        file: "docs/dr-strategy.md",
        sha256: "deadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
        slug: "manual-failover",
        heading: "Manual Failover",
        line: 160,
        steps: steps.map((result) => result.step),
      },
      measured: {
        rto: {
          faultAt: 14_000,
          streams: sampleStreams.map((stream) => ({
            stream: stream.name,
            islands: [],
            firstFailureAt: 14_009,
            detail: "no request succeeded after the fault",
          })),
          parts: [],
        },
        rpo: [{ store: "postgres", lostWrites: 0, seconds: 0, windowSeconds: 8.9 }],
        divergentWrites: 0,
        mttdSeconds: 0.31,
      },
      reconciliations: [
        {
          store: "postgres",
          acknowledged: 535,
          rejected: 0,
          notSent: 3401,
          indeterminate: 610,
          survivors: 535,
          lost: [],
          phantoms: [],
          changedPayloads: [],
          duplicates: [],
          baseDataLost: [],
          gaps: [],
          recoveredIndeterminate: 0,
        },
      ],
      integrity: [
        { name: "tables and their definitions", holds: true, expected: "as before", found: "as before" },
      ],
      files: [{ path: "events.jsonl", bytes: 31_020, sha256: "ab".repeat(32) }],
    },
  };
}
