import { expect, test } from "vitest";
import { ledger, sketchedStreams, traffic } from "../measurement/testing/sketched-ledger.ts";
import { oldPrimary, sketchedRun } from "../measurement/testing/sketched-run.ts";
import { stepResult, without, type Sketch } from "../measurement/testing/sketched-timeline.ts";
import type { StepOutcome } from "../runbook/model.ts";
import type { DamageReading } from "../timeline/event.ts";
import type { Finding } from "./finding.ts";
import { judge } from "./judge.ts";
import { holding } from "./testing/judged-run.ts";

const id = "verify-data";
const holds: DamageReading = { holds: true, detail: "0 rows; before: 20 rows" };
const fails: DamageReading = { holds: false, detail: "20 rows" };

interface Check {
  readonly planted?: DamageReading;
  readonly undone?: DamageReading;
  readonly intact?: StepOutcome;
  readonly damaged?: StepOutcome;
}

/** What is found in a procedure whose one step fails over the damage, but for what is given. */
function judged({ planted = holds, undone = holds, intact = "succeeded", damaged = "failed" }: Check) {
  const over = stepResult({ id, outcome: damaged, exitStatus: 1, startedAt: 6_000, finishedAt: 6_100 });
  const checked: Sketch = [
    6_200,
    { kind: "check-finished", damage: "loseRows(t)", planted, undone, results: planted.holds ? [over] : [] },
  ];
  const { events, measured, reconciliations } = sketchedRun({
    started: { scenarioKind: "procedure" },
    entries: ledger(
      ...sketchedStreams.map(({ name }) =>
        traffic({ stream: name, from: 2_000, to: 7_000, answeredBy: oldPrimary }),
      ),
    ),
    steps: [
      {
        id,
        outcome: intact,
        exitStatus: intact === "failed" ? 1 : 0,
        startedAt: 4_000,
        finishedAt: 4_100,
        attributes: { verify: true },
        ...(intact === "failed" ? { reason: "`psql` exited 1." } : {}),
      },
    ],
    edit: (sketches) => [
      ...without("fault-injected", "fault-observed", "fault-checked", "fault-lifted")(sketches),
      checked,
    ],
  });
  return judge({ events, measured, reconciliations, integrity: [holding] });
}

function codes(findings: readonly Finding[]): string[] {
  return findings.map(({ code }) => code);
}

test("a procedure that notices the damage, and nothing before it, is met", () => {
  expect(judged({})).toEqual({ verdict: "met", findings: [] });
});

test("damage that no step notices is missed, and named with what was read of it", () => {
  const { verdict, findings } = judged({ damaged: "succeeded" });
  expect(verdict).toBe("missed");
  expect(findings).toEqual([
    {
      code: "damage-unnoticed",
      message: "Expected a step to notice loseRows(t) (0 rows; before: 20 rows), found that none did.",
    },
  ]);
});

test("a step that always fails is a false alarm, and notices nothing", () => {
  const { verdict, findings } = judged({ intact: "failed" });
  expect(verdict).toBe("missed");
  expect(codes(findings)).toEqual(["step-failed", "damage-unnoticed", "false-alarm"]);
  expect(findings.at(-1)?.message).toBe(
    "Step verify-data (line 12, Look) should find nothing wrong in intact data, and raised an alarm: `psql` exited 1.",
  );
});

test("damage that was not there shows nothing, whoever noticed it", () => {
  const { verdict, findings } = judged({ planted: fails });
  expect(verdict).toBe("inconclusive");
  expect(codes(findings)).toEqual(["damage-not-planted"]);
});

test("damage that was noticed and not undone is inconclusive: what came after it stood on damaged data", () => {
  const { verdict, findings } = judged({ undone: fails });
  expect(verdict).toBe("inconclusive");
  expect(codes(findings)).toEqual(["damage-not-undone"]);
});
