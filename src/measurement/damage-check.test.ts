import { expect, test } from "vitest";
import type { DamageReading, TimelineEvent } from "../timeline/event.ts";
import type { StepOutcome, StepResult } from "../runbook/model.ts";
import { alarmOf, damageChecks, falseAlarms, raisesAlarm } from "./damage-check.ts";
import { stepResult, timeline, type Sketch } from "./testing/sketched-timeline.ts";

const there: DamageReading = { holds: true, detail: "5 rows" };

function step(id: string, outcome: StepOutcome): StepResult {
  return stepResult({ id, outcome, startedAt: 1_000, finishedAt: 2_000 });
}

/** Each step on intact data, then over one damage. */
function events(intact: readonly StepResult[], damaged: readonly StepResult[]): TimelineEvent[] {
  const finished = intact.map((result): Sketch => [2_000, { kind: "step-finished", result }]);
  return timeline(...finished, [
    5_000,
    { kind: "check-finished", damage: "loseRows(t)", planted: there, undone: there, results: damaged },
  ]);
}

function noticedBy(all: readonly TimelineEvent[]): string[] {
  return damageChecks(all).flatMap((check) => check.noticedBy.map(({ step: { id } }) => id));
}

test.each<[StepOutcome, boolean]>([
  ["succeeded", false],
  ["failed", true],
  ["timed-out", true],
  ["no-effect", true],
  ["manual", false],
  ["not-run", false],
])("a step that is %s raises an alarm: %s", (outcome, expected) => {
  expect(raisesAlarm(outcome)).toBe(expected);
});

test("a damage is noticed by the steps that succeed on intact data and fail over it", () => {
  const intact = [step("1", "succeeded"), step("2", "succeeded"), step("3", "succeeded")];
  const damaged = [step("1", "succeeded"), step("2", "failed"), step("3", "timed-out")];
  expect(noticedBy(events(intact, damaged))).toEqual(["2", "3"]);
  expect(falseAlarms(events(intact, damaged))).toEqual([]);
});

test("a step that fails on intact data too notices nothing, and is a false alarm", () => {
  const all = events([step("1", "failed")], [step("1", "failed")]);
  expect(noticedBy(all)).toEqual([]);
  expect(falseAlarms(all).map(({ step: { id } }) => id)).toEqual(["1"]);
});

test("what only prepared the checks and failed is no false alarm", () => {
  const all = events([step("prepare-1", "failed"), step("1", "succeeded")], [step("1", "failed")]);
  expect(falseAlarms(all)).toEqual([]);
  expect(noticedBy(all)).toEqual(["1"]);
});

test("a step that nobody did raises no alarm", () => {
  expect(noticedBy(events([step("1", "manual")], [step("1", "manual")]))).toEqual([]);
});

test("the alarm is told by the first command that failed, in the last lines that it printed", () => {
  const command = { startedAt: 0, finishedAt: 1, text: "psql", exitStatus: 0, output: "fine\n" };
  const commands = [
    { ...command, line: 12 },
    { ...command, line: 13, exitStatus: 1, output: "1\n2\n\n3\n4\n" },
    { ...command, line: 14, exitStatus: 1, output: "later\n" },
  ];
  expect(alarmOf({ ...step("1", "failed"), commands })).toEqual({ line: 13, printed: "2\n3\n4" });
  expect(alarmOf({ ...step("1", "no-effect"), commands: commands.slice(0, 1) })).toBeUndefined();
});

test("an error that a command printed while it exited 0 is the alarm", () => {
  const commands = [
    {
      startedAt: 0,
      finishedAt: 1,
      text: "redis-cli DBSIZE",
      line: 9,
      exitStatus: 0,
      output: "NOAUTH Authentication required.\nmore\n",
      printedError: "NOAUTH Authentication required.",
    },
  ];
  expect(alarmOf({ ...step("1", "failed"), commands })).toEqual({
    line: 9,
    printed: "NOAUTH Authentication required.",
  });
});
