import { describe, expect, test } from "vitest";
import { goodSteps } from "../measurement/testing/sketched-run.ts";
import { without, type StepSketch } from "../measurement/testing/sketched-timeline.ts";
import type { CommandResult } from "../runbook/model.ts";
import { codesOf, judgedRun, messagesOf } from "./testing/judged-run.ts";

/** The good steps with one of them changed. */
function withStep(id: string, change: Partial<StepSketch>): { steps: readonly StepSketch[] } {
  return { steps: goodSteps.map((step) => (step.id === id ? { ...step, ...change } : step)) };
}

function command(result: Partial<CommandResult>): { commands: readonly CommandResult[] } {
  return {
    commands: [{ text: "x", line: 12, exitStatus: 0, output: "", startedAt: 0, finishedAt: 0, ...result }],
  };
}

describe("a step that", () => {
  test("failed is missed, even when service came back", () => {
    const judgement = judgedRun(
      withStep("1", { outcome: "failed", exitStatus: 2, reason: "psql exited with 2." }),
    );
    expect(judgement).toEqual({
      verdict: "missed",
      findings: [
        {
          code: "step-failed",
          message:
            "Step 1 (line 12, Check replica status) should have succeeded, and failed with exit status 2: psql exited with 2.",
          step: "1",
        },
      ],
    });
  });

  test("printed an error and exited 0 did not succeed", () => {
    const printed = command({ printedError: "NOAUTH Authentication required." });
    for (const outcome of ["failed", "succeeded"] as const) {
      const judgement = judgedRun(withStep("1", { outcome, ...printed }));
      expect(codesOf(judgement)).toEqual(["step-printed-error"]);
      expect(messagesOf(judgement, "step-printed-error")[0]).toContain("NOAUTH Authentication required");
    }
  });

  test("printed an error that its author expects succeeded", () => {
    const printed = command({ printedError: "ERROR: read-only" });
    const judgement = judgedRun(
      withStep("1", { ...printed, attributes: { expect: { output: /read-only/ } } }),
    );
    expect(judgement.verdict).toBe("met");
  });

  test("is called a success without exit status 0 is one only where that was expected", () => {
    expect(codesOf(judgedRun(withStep("1", { exitStatus: 1 })))).toEqual(["step-failed"]);
    expect(codesOf(judgedRun(withStep("1", { exitStatus: null })))).toEqual(["step-failed"]);
    const expected = { exitStatus: 1, attributes: { expect: { exitStatus: 1 } } };
    expect(judgedRun(withStep("1", expected)).verdict).toBe("met");
  });

  test("fences what is dead already may exit as it likes", () => {
    expect(judgedRun(withStep("2", { exitStatus: 1, already: true })).verdict).toBe("met");
  });

  test("timed out, or waited for input, is missed for that reason alone", () => {
    const timedOut = { outcome: "timed-out", exitStatus: null } as const;
    expect(codesOf(judgedRun(withStep("1", { ...timedOut, ...command({ ended: "timeout" }) })))).toEqual([
      "step-timed-out",
    ]);
    expect(
      codesOf(judgedRun(withStep("1", { ...timedOut, ...command({ ended: "waited-for-input" }) }))),
    ).toEqual(["step-waited-for-input"]);
  });

  test("had no effect is missed", () => {
    const judgement = judgedRun(
      withStep("4", { outcome: "no-effect", reason: ".env is unchanged", changes: [] }),
    );
    expect(messagesOf(judgement, "step-no-effect")).toEqual([
      "Step 4 (line 12, Update DATABASE_URL in .env) should have had the effect file:changed, and had none: .env is unchanged.",
    ]);
  });

  test("is left to a person makes the run inconclusive", () => {
    const judgement = judgedRun(withStep("1", { outcome: "manual", commands: [] }));
    expect(judgement.verdict).toBe("inconclusive");
    expect(codesOf(judgement)).toEqual(["manual-step-left"]);
  });

  test("was not run makes the run inconclusive, unless its author leaves it out", () => {
    const skipped = { outcome: "not-run", commands: [] } as const;
    expect(codesOf(judgedRun(withStep("1", skipped)))).toEqual(["step-not-run"]);
    const excluded = withStep("1", { ...skipped, attributes: { excludeFromRunAll: true } });
    expect(judgedRun(excluded).verdict).toBe("met");
  });

  test("succeeded without a single command did not run", () => {
    expect(codesOf(judgedRun(withStep("1", { commands: [] })))).toEqual(["step-not-run"]);
  });

  test("was begun and has no result did not run", () => {
    const judgement = judgedRun({
      edit: (sketches) => [...sketches, [30_000, { kind: "step-started", step: "7", title: "Tidy up" }]],
    });
    expect(messagesOf(judgement, "step-not-run")).toEqual(["Step 7 (Tidy up) was begun and has no result."]);
  });
});

describe("a runbook", () => {
  test("of which no command ran proves nothing", () => {
    const judgement = judgedRun({ steps: [] });
    expect(judgement.verdict).toBe("inconclusive");
    expect(codesOf(judgement)).toEqual(expect.arrayContaining(["step-not-run", "nothing-verified"]));
  });

  test("that ended before the fault did not recover from it", () => {
    const early = goodSteps.map((step) => ({
      ...step,
      startedAt: step.startedAt - 6_000,
      finishedAt: step.finishedAt - 6_000,
    }));
    expect(messagesOf(judgedRun({ steps: early }), "step-not-run")).toEqual([
      "Expected the runbook to be followed after the fault, found that it ended before.",
    ]);
  });

  test("that nothing shows the end of was not followed", () => {
    expect(codesOf(judgedRun({ edit: without("runbook-finished") }))).toEqual(["step-not-run"]);
  });
});

describe("promotion after a failed fence", () => {
  test("is missed whatever came of it", () => {
    for (const outcome of ["failed", "no-effect", "timed-out"] as const) {
      const judgement = judgedRun(withStep("2", { outcome, exitStatus: 1 }));
      expect(judgement.verdict).toBe("missed");
      expect(judgement.findings.filter(({ code }) => code === "promoted-after-failed-fence")).toHaveLength(1);
    }
    expect(
      messagesOf(
        judgedRun(withStep("2", { outcome: "failed", exitStatus: 1 })),
        "promoted-after-failed-fence",
      ),
    ).toEqual([
      "Step 3 (line 12, Promote replica to primary) promoted a node although the fence before it, step 2, had failed.",
    ]);
  });

  test("is seen by what changed, although no title speaks of it", () => {
    const steps = goodSteps.map(({ effect, ...step }) =>
      step.id === "2"
        ? { ...step, outcome: "failed" as const, effect: "node:stopped" as const }
        : { ...step, ...(step.id === "3" || effect === undefined ? {} : { effect }) },
    );
    expect(codesOf(judgedRun({ steps }))).toContain("promoted-after-failed-fence");
  });

  test("that did not happen is none", () => {
    const steps = withStep("2", { outcome: "failed", exitStatus: 1 }).steps.map((step) =>
      step.id === "3" ? { ...step, outcome: "not-run" as const, commands: [], changes: [] } : step,
    );
    expect(codesOf(judgedRun({ steps }))).not.toContain("promoted-after-failed-fence");
  });
});
