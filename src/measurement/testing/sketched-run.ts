import type { TimelineEvent } from "../../timeline/event.ts";
import type { LedgerEntry } from "../../workload/ledger-entry.ts";
import { measure, type MeasureInput } from "../measure.ts";
import type { Reconciliation } from "../measurement.ts";
import { ledger, sketchedStreams, traffic } from "./sketched-ledger.ts";
import {
  nodeState,
  runStarted,
  stepFinished,
  timeline,
  type RunStarted,
  type Sketch,
  type StepSketch,
} from "./sketched-timeline.ts";

/** Instants of the run that every test starts from, in milliseconds. */
export const at = {
  workload: 2_000,
  baseline: 7_000,
  fault: 8_000,
  promoted: 10_000,
  back: 11_600,
  observed: 23_100,
};

export const oldPrimary = { node: "postgres", timeline: 1 };
export const newPrimary = { node: "postgres-replica", timeline: 2 };

export const goodSteps: readonly StepSketch[] = [
  {
    id: "1",
    title: "Check replica status",
    startedAt: 9_000,
    finishedAt: 9_200,
    executedIn: ["postgres-replica"],
  },
  {
    id: "2",
    title: "Stop the old primary",
    startedAt: 9_200,
    finishedAt: 9_500,
    effect: "node:stopped",
    already: true,
    meansToChange: true,
  },
  {
    id: "3",
    title: "Promote replica to primary",
    startedAt: 9_500,
    finishedAt: 10_000,
    effect: "node:promoted",
    meansToChange: true,
    executedIn: ["postgres-replica"],
    changes: [
      {
        kind: "role",
        subject: "postgres-replica",
        before: "replica on timeline 1",
        after: "primary on timeline 2",
      },
    ],
  },
  {
    id: "4",
    title: "Update DATABASE_URL in .env",
    startedAt: 10_000,
    finishedAt: 10_100,
    effect: "file:changed",
    meansToChange: true,
    changes: [{ kind: "file", subject: ".env", before: "sha256 aa", after: "sha256 bb" }],
  },
  {
    id: "5",
    title: "Restart backend services",
    startedAt: 10_100,
    finishedAt: 11_500,
    effect: "container:recreated",
    meansToChange: true,
    changes: [
      { kind: "container", subject: "backend", before: "aa running since t", after: "bb running since u" },
    ],
  },
  { id: "6", title: "Verify writes", startedAt: 12_000, finishedAt: 12_300, executedIn: ["backend"] },
];

/** Requests of one stream in a run that goes well: gone from t₀ to `back`, and again for a moment after the aftershock. */
export function goodTraffic(stream: string): LedgerEntry[] {
  const during = { stream, outcome: "indeterminate" as const };
  return [
    ...traffic({ stream, from: at.workload, to: at.fault - 20, answeredBy: oldPrimary }),
    ...traffic({ ...during, from: at.fault, to: at.back - 20 }),
    ...traffic({ stream, from: at.back, to: at.observed - 10, answeredBy: newPrimary }),
    ...traffic({ ...during, from: 23_210, to: 24_000 }),
    ...traffic({ stream, from: 24_020, to: 25_500, answeredBy: newPrimary }),
  ];
}

export interface RunSketch {
  readonly started?: Partial<RunStarted>;
  readonly steps?: readonly StepSketch[];
  /** Changes the events before they are numbered. */
  readonly edit?: (sketches: readonly Sketch[]) => readonly Sketch[];
  readonly entries?: readonly LedgerEntry[];
  readonly lost?: (entry: LedgerEntry) => boolean;
  readonly reconciliation?: Partial<Reconciliation>;
  readonly measure?: Partial<MeasureInput>;
}

export interface SketchedRun extends MeasureInput {
  readonly events: readonly TimelineEvent[];
  readonly measured: ReturnType<typeof measure>;
}

/** A run in which a documented failover works: fault at 8 s, service back at 11.6 s, verified until 12.3 s. */
export function sketchedRun(sketch: RunSketch = {}): SketchedRun {
  const sketches = goodTimeline(sketch);
  const events = timeline(...(sketch.edit?.(sketches) ?? sketches));
  const entries = sketch.entries ?? ledger(...sketchedStreams.map(({ name }) => goodTraffic(name)));
  const input: MeasureInput = {
    events,
    entries,
    ledgerComplete: true,
    reconciliations: [{ ...reconciled(entries, sketch.lost ?? (() => false)), ...sketch.reconciliation }],
    ...sketch.measure,
  };
  return { ...input, measured: measure(input) };
}

function reconciled(
  entries: readonly LedgerEntry[],
  isLost: (entry: LedgerEntry) => boolean,
): Reconciliation {
  const writes = entries.filter(({ id, stream }) => id > 0 && stream !== "read-trade");
  const acknowledged = writes.filter(({ outcome }) => outcome === "acknowledged");
  const lost = acknowledged.filter(isLost);
  return {
    store: "postgres",
    acknowledged: acknowledged.length,
    rejected: 0,
    notSent: 0,
    indeterminate: writes.length - acknowledged.length,
    survivors: acknowledged.length - lost.length,
    lost,
    phantoms: [],
    changedPayloads: [],
    duplicates: [],
    baseDataLost: [],
    gaps: [],
    recoveredIndeterminate: 0,
  };
}

function goodTimeline({ started, steps = goodSteps }: RunSketch): Sketch[] {
  const replica = { node: "postgres-replica", reachable: true, role: "replica", timeline: 1 } as const;
  const streaming = { replication: { streaming: true, synced: true, lagBytes: 0 } };
  const primary = {
    node: "postgres",
    reachable: true,
    role: "primary",
    writable: true,
    timeline: 1,
  } as const;
  const fault = "killNode(postgres)";
  return [
    [0, runStarted(started)],
    nodeState(1_500, primary),
    nodeState(1_600, { ...replica, ...streaming }),
    [1_900, { kind: "application-changed", service: "backend", state: "started", containerId: "aa" }],
    [at.workload, { kind: "workload-started" }],
    [
      at.baseline,
      {
        kind: "baseline-established",
        baseline: {
          ratePerSecond: { "place-trade": 50, "read-trade": 50, "postgres-direct": 50 },
          nodes: [primary, { ...replica, ...streaming }],
          baseData: { postgres: 5_000 },
          lag: { "postgres-replica": { bytes: 120, slopeBytesPerSecond: 0 } },
        },
      },
    ],
    [
      at.fault + 50,
      { kind: "fault-injected", fault, targets: ["postgres"], transient: false, calledAt: at.fault },
    ],
    [at.fault + 100, { kind: "fault-observed", fault, inForce: true, detail: "container exited with 137" }],
    [
      at.fault + 250,
      { kind: "probe-changed", probe: "application-health", healthy: false, detail: "HTTP 503" },
    ],
    nodeState(at.fault + 300, { node: "postgres", reachable: false, detail: "its container does not run" }),
    nodeState(at.promoted, { ...primary, node: "postgres-replica", timeline: 2 }),
    ...steps.map(stepFinished),
    [12_310, { kind: "runbook-finished" }],
    [
      12_400,
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
    [23_000, { kind: "recovery-observed", recovered: true, waitedSeconds: 10.7 }],
    [23_050, { kind: "fault-checked", fault, inForce: true, detail: "container exited with 137" }],
    [at.observed, { kind: "observation-ended" }],
    [23_200, { kind: "aftershock-started", node: "postgres-replica" }],
    [25_400, { kind: "aftershock-ended", node: "postgres-replica", durable: true, detail: "as before" }],
    [25_550, { kind: "workload-stopped" }],
    [26_000, { kind: "fault-lifted", fault }],
  ];
}
