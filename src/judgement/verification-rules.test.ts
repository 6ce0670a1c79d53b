import { describe, expect, test } from "vitest";
import { goodSteps } from "../measurement/testing/sketched-run.ts";
import { omit } from "../measurement/testing/omit.ts";
import { changed, without, type StepSketch } from "../measurement/testing/sketched-timeline.ts";
import { codesOf, judgedRun, messagesOf } from "./testing/judged-run.ts";

const acting = goodSteps.slice(0, -1);
const verifying: StepSketch = { id: "6", title: "Verify writes", startedAt: 12_000, finishedAt: 12_300 };

function verifiedBy(...steps: readonly Partial<StepSketch>[]): { steps: readonly StepSketch[] } {
  return { steps: [...acting, ...steps.map((step) => ({ ...verifying, ...step }))] };
}

describe("nothing verified", () => {
  test("a runbook that ends with its last change verified nothing", () => {
    const judgement = judgedRun({ steps: acting });
    expect(judgement.verdict).toBe("inconclusive");
    expect(codesOf(judgement)).toEqual(["nothing-verified"]);
  });

  test("a verification that was not run is none", () => {
    const judgement = judgedRun(verifiedBy({ outcome: "manual", commands: [] }));
    expect(codesOf(judgement)).toEqual(["manual-step-left", "nothing-verified"]);
  });

  test("a check before the last change is no verification", () => {
    expect(codesOf(judgedRun({ steps: [verifying, ...acting] }))).toContain("nothing-verified");
  });
});

describe("premature verification", () => {
  test("the last verification must end after service is back", () => {
    const judgement = judgedRun(verifiedBy({ startedAt: 11_520, finishedAt: 11_570 }));
    expect(judgement.verdict).toBe("missed");
    expect(judgement.findings).toEqual([
      {
        code: "premature-verification",
        message:
          "Expected the last verification to end after service was back, found that it ended 3.57 s after the fault and that service was gone until 3.58 s at least.",
        step: "6",
      },
    ]);
  });

  test("an end inside the interval of the return is not held against it", () => {
    expect(judgedRun(verifiedBy({ startedAt: 11_520, finishedAt: 11_590 })).verdict).toBe("met");
  });
});

describe("verified on the wrong node", () => {
  test("a verification in the node that failed says nothing about the one in use", () => {
    const judgement = judgedRun(verifiedBy({ executedIn: ["postgres"] }));
    expect(judgement.verdict).toBe("missed");
    expect(messagesOf(judgement, "verified-wrong-node")).toEqual([
      "Step 6 (line 12, Verify writes) verified postgres, and the application uses postgres-replica.",
    ]);
  });

  test("the application's node, an application service, or both nodes will do", () => {
    for (const executedIn of [
      ["postgres-replica"],
      ["backend"],
      ["postgres", "postgres-replica"],
      ["postgres", "backend"],
    ]) {
      expect(judgedRun(verifiedBy({ executedIn })).verdict).toBe("met");
    }
  });

  test("a verification in no container is not held against the runbook", () => {
    expect(judgedRun(verifiedBy({ executedIn: [] })).verdict).toBe("met");
  });

  test("the nodes' own answers tell their stores where the run does not list them", () => {
    const edit = changed("run-started", (event) => omit(event, "nodes"));
    expect(codesOf(judgedRun({ ...verifiedBy({ executedIn: ["postgres"] }), edit }))).toContain(
      "verified-wrong-node",
    );
  });

  test("an application that points nowhere was not verified by looking at the old node", () => {
    const edit = changed("application-target", (event) => ({
      ...event,
      targets: event.targets.map((target) => ({ ...omit(target, "node"), host: "replica", writable: false })),
    }));
    const judgement = judgedRun({ ...verifiedBy({ executedIn: ["postgres"] }), edit });
    expect(messagesOf(judgement, "verified-wrong-node")[0]).toContain("uses replica, where nothing answers");
  });
});

describe("verification changed data", () => {
  const change = { kind: "data", subject: "tradelog", before: "a1", after: "b2" } as const;

  test("a verification that leaves data changed is missed", () => {
    const judgement = judgedRun(verifiedBy({ changes: [change] }));
    expect(judgement.verdict).toBe("missed");
    expect(messagesOf(judgement, "verification-changed-data")).toEqual([
      "Step 6 (line 12, Verify writes) should only look, and left tradelog changed from a1 to b2.",
    ]);
  });

  test("a check that changes data is missed", () => {
    const steps = goodSteps.map((step) => (step.id === "1" ? { ...step, changes: [change] } : step));
    expect(codesOf(judgedRun({ steps }))).toEqual(["verification-changed-data"]);
  });

  test("a step that means to change something may change data", () => {
    const steps = goodSteps.map((step) =>
      step.id === "4" ? { ...step, changes: [...(step.changes ?? []), change] } : step,
    );
    expect(judgedRun({ steps }).verdict).toBe("met");
  });
});

test("without a record of where the application points the run is not met", () => {
  expect(codesOf(judgedRun({ edit: without("application-target") }))).toEqual(["nothing-measured"]);
});
