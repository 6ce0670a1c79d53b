import { sampleLedger } from "./sample-ledger.ts";
import { sampleEnvironment, sampleRunStarted, sampleStreams, sampleTimeline } from "./sample-run.ts";
import type { SampleRun } from "./sample-run.ts";

/** A run that Ctrl-C ended before anything was broken. */
export function sampleInterruptedRun(): SampleRun {
  const events = sampleTimeline([
    [
      0,
      sampleRunStarted(
        "Primary database dies: the documented failover restores service within the objectives",
      ),
    ],
    [1, { kind: "phase-started", phase: "topology" }],
    [5200, { kind: "topology-ready", seconds: 5.2 }],
    [5210, { kind: "phase-started", phase: "baseline" }],
    [5230, { kind: "workload-started" }],
    [9100, { kind: "interrupted", signal: "SIGINT" }],
    [9150, { kind: "workload-stopped" }],
  ]);
  return {
    events,
    entries: sampleLedger({ streams: sampleStreams, from: 5230, to: 9150 }),
    input: {
      events,
      judgement: {
        verdict: "inconclusive",
        findings: [{ code: "interrupted", message: "SIGINT ended the run before anything was broken." }],
      },
      environment: sampleEnvironment,
      selfTest: "not-run",
    },
  };
}
