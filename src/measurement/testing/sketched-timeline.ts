import type { EffectName, RunbookStep, StepResult } from "../../runbook/model.ts";
import type { NewTimelineEvent, NodeState, TimelineEvent } from "../../timeline/event.ts";
import { sketchedStreams } from "./sketched-ledger.ts";

/** An event with its instant, or without one at the instant of the event before it. */
export type Sketch = readonly [at: number, event: NewTimelineEvent];

export function timeline(...sketches: readonly Sketch[]): TimelineEvent[] {
  return sketches.map(([at, event], position) => ({ seq: position + 1, at, ...event }));
}

export type RunStarted = Extract<NewTimelineEvent, { kind: "run-started" }>;

export function runStarted(overrides: Partial<RunStarted> = {}): RunStarted {
  return {
    kind: "run-started",
    runId: "k3f9a2c1",
    scenario: "database-failover",
    title: "Primary database dies",
    scenarioKind: "outage",
    system: "abtpro",
    wallTime: "2026-01-01T00:00:00Z",
    originNs: "0",
    seed: "1",
    objectives: {
      rtoSeconds: 900,
      rpoSeconds: 300,
      availabilityPercent: 99.9,
      sources: {},
    },
    documentedDelays: [],
    streams: sketchedStreams,
    longestClientDeadlineMs: 5_000,
    nodes: [
      { service: "postgres", store: "postgres" },
      { service: "postgres-replica", store: "postgres" },
    ],
    ...overrides,
  };
}

export interface StepSketch extends Partial<Omit<StepResult, "step">> {
  readonly id?: string;
  readonly title?: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly effect?: EffectName;
  readonly meansToChange?: boolean;
  readonly attributes?: RunbookStep["attributes"];
}

export function stepResult(sketch: StepSketch): StepResult {
  const { id = "1", title = "Look", effect, meansToChange = false, attributes = {}, ...result } = sketch;
  return {
    outcome: "succeeded",
    already: false,
    exitStatus: 0,
    output: "",
    commands: [
      {
        text: "psql -c 'SELECT 1'",
        line: 12,
        exitStatus: 0,
        output: "",
        startedAt: sketch.startedAt,
        finishedAt: sketch.finishedAt,
      },
    ],
    changes: [],
    executedIn: [],
    ...result,
    step: {
      id,
      title,
      heading: "Manual Failover",
      line: 12,
      kind: "command",
      text: "psql -c 'SELECT 1'",
      commands: [{ text: "psql -c 'SELECT 1'", line: 12 }],
      attributes,
      meansToChange,
      ...(effect === undefined ? {} : { effect: { name: effect, from: "attribute" } }),
    },
  };
}

export function stepFinished(sketch: StepSketch): Sketch {
  return [sketch.finishedAt, { kind: "step-finished", result: stepResult(sketch) }];
}

export function nodeState(at: number, state: NodeState): Sketch {
  return [at, { kind: "node-state", state }];
}

type Kind = NewTimelineEvent["kind"];
type Edit = (sketches: readonly Sketch[]) => readonly Sketch[];

/** Leaves out every event of these kinds. */
export function without(...kinds: readonly Kind[]): Edit {
  return (sketches) => sketches.filter(([, { kind }]) => !kinds.includes(kind));
}

/** Puts events behind the first of a kind. */
export function inserted(after: Kind, ...added: readonly Sketch[]): Edit {
  return (sketches) => {
    const position = sketches.findIndex(([, { kind }]) => kind === after) + 1;
    return [...sketches.slice(0, position), ...added, ...sketches.slice(position)];
  };
}

/** Changes every event of a kind. */
export function changed<K extends Kind>(
  kind: K,
  change: (event: Extract<NewTimelineEvent, { kind: K }>, at: number) => NewTimelineEvent,
): Edit {
  return (sketches) =>
    sketches.map(([at, event]) => [
      at,
      event.kind === kind ? change(event as Extract<NewTimelineEvent, { kind: K }>, at) : event,
    ]);
}

/** Moves the first event of a kind to another instant; its place in the order stays. */
export function moved(kind: Kind, to: number): Edit {
  return (sketches) => {
    const position = sketches.findIndex(([, event]) => event.kind === kind);
    return sketches.map((sketch, index) => (index === position ? [to, sketch[1]] : sketch));
  };
}

export function edits(...all: readonly Edit[]): Edit {
  return (sketches) => all.reduce((edited, edit) => edit(edited), sketches);
}
