import { expect, test } from "vitest";
import { readRun } from "./recorded-run.ts";
import { restoreTime } from "./restore-time.ts";
import { runStarted, stepFinished, timeline, type Sketch } from "./testing/sketched-timeline.ts";

const started: Sketch = [0, runStarted({ scenarioKind: "restore" })];
const step = (id: string, startedAt: number, finishedAt: number): Sketch =>
  stepFinished({ id, title: `Do ${id}`, startedAt, finishedAt });
const backup: readonly Sketch[] = [
  [1_000, { kind: "phase-started", phase: "backup" }],
  step("backup-1", 1_100, 5_000),
];

test("a restore lasts from the beginning of its procedure to the end of its last step, the backup left out", () => {
  const run = readRun(
    timeline(
      started,
      ...backup,
      [6_000, { kind: "phase-started", phase: "runbook" }],
      step("1", 6_200, 7_000),
      step("2", 7_100, 9_500),
    ),
  );
  expect(restoreTime(run)).toEqual({
    startedAt: 6_000,
    endedAt: 9_500,
    seconds: 3.5,
    parts: [
      { name: "step 1: Do 1", seconds: 1.1 },
      { name: "step 2: Do 2", seconds: 2.4 },
    ],
  });
});

test("a run that came to no step of its restore has no time", () => {
  expect(restoreTime(readRun(timeline(started, ...backup)))).toBeUndefined();
});

const pass = (startedAt: number, seconds: number, change: { readonly outcome?: "failed" } = {}): Sketch[] => [
  [startedAt, { kind: "phase-started", phase: "runbook" }],
  stepFinished({
    id: "1",
    title: "Do it",
    startedAt: startedAt + 100,
    finishedAt: startedAt + seconds * 1_000,
    ...change,
  }),
];

test("of several restores the slowest counts", () => {
  const run = readRun(
    timeline(started, ...backup, ...pass(6_000, 2), ...pass(10_000, 4), ...pass(20_000, 3)),
  );
  expect(restoreTime(run)).toMatchObject({ startedAt: 10_000, seconds: 4 });
});

test("of several restores one that failed leaves no time", () => {
  const run = readRun(timeline(started, ...pass(6_000, 2, { outcome: "failed" }), ...pass(10_000, 4)));
  expect(restoreTime(run)).toBeUndefined();
});
