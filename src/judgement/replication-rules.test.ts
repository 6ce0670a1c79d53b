import { describe, expect, test } from "vitest";
import { measure } from "../measurement/measure.ts";
import {
  inserted,
  runStarted,
  stepFinished,
  timeline,
  type Sketch,
} from "../measurement/testing/sketched-timeline.ts";
import { judge, type Judgement } from "./judge.ts";
import { codesOf, judgedRun, messagesOf } from "./testing/judged-run.ts";

function observed(at: number, arrived: boolean): Sketch {
  const detail = arrived ? "it is there" : "it is a primary itself";
  const pair = { primary: "postgres", replica: "postgres-replica" };
  return [at, { kind: "replication-observed", ...pair, arrived, waitedSeconds: 0.1, detail }];
}

const preparation: Sketch = [500, { kind: "phase-started", phase: "preparation" }];
const baseline: Sketch = [3_000, { kind: "phase-started", phase: "baseline" }];
const failedCopy = stepFinished({
  id: "prepare-1",
  title: "Initial base backup",
  startedAt: 600,
  finishedAt: 700,
  outcome: "failed",
  exitStatus: 1,
  reason: "could not translate host name",
});

/** A run that was prepared and has no baseline. */
function withoutBaseline(...events: readonly Sketch[]): Judgement {
  const recorded = timeline([0, runStarted()], ...events, [
    5_000,
    { kind: "baseline-failed", code: "wrong-role", detail: "it is a primary" },
  ]);
  const measured = measure({ events: recorded, entries: [], ledgerComplete: true, reconciliations: [] });
  return judge({ events: recorded, measured, reconciliations: [], integrity: [] });
}

describe("writes that do not arrive on a replica", () => {
  test("are missed after the set-up, although there is no baseline either", () => {
    const judged = withoutBaseline(preparation, failedCopy, observed(1_000, false), baseline);
    expect(judged.verdict).toBe("missed");
    expect(codesOf(judged)).toEqual(["step-failed", "replication-not-set-up", "baseline-not-established"]);
    expect(messagesOf(judged, "replication-not-set-up")).toEqual([
      "Expected what is written on postgres to arrive on postgres-replica after the set-up, found that it had not within 0.1 s: it is a primary itself.",
    ]);
  });

  test("are missed after a restart of the replica, which is named", () => {
    const restart: Sketch = [
      7_500,
      {
        kind: "fault-injected",
        fault: "restartNode(postgres-replica)",
        targets: ["postgres-replica"],
        transient: true,
        calledAt: 7_400,
      },
    ];
    const judged = judgedRun(
      {
        edit: inserted("baseline-established", restart, observed(7_600, false)),
        measure: { faultTime: "killNode(postgres)" },
      },
      { faultTime: "killNode(postgres)" },
    );
    expect(messagesOf(judged, "replication-not-set-up")).toEqual([
      expect.stringContaining("after restartNode(postgres-replica), found"),
    ]);
  });

  test("are not found where they arrive", () => {
    expect(judgedRun({ edit: inserted("baseline-established", observed(7_500, true)) })).toEqual({
      verdict: "met",
      findings: [],
    });
  });
});

test("a step of the preparation that failed counts without a baseline, and a step of anything else does not", () => {
  expect(codesOf(withoutBaseline(preparation, failedCopy, baseline))).toContain("step-failed");
  expect(withoutBaseline(failedCopy).verdict).toBe("inconclusive");
});

test("a preparation that looked at its own result has not verified the recovery", () => {
  const looked = stepFinished({
    id: "prepare-2",
    title: "Verify that writes arrive",
    startedAt: 600,
    finishedAt: 700,
    attributes: { verify: true },
    executedIn: ["postgres"],
  });
  const judged = judgedRun({
    edit: (sketches) =>
      inserted("run-started", preparation, looked, [900, { kind: "phase-started", phase: "baseline" }])(
        sketches.filter(([, event]) => event.kind !== "step-finished" || event.result.step.id !== "6"),
      ),
  });
  expect(codesOf(judged)).toContain("nothing-verified");
  expect(codesOf(judged)).not.toContain("verified-wrong-node");
});
