import { describe, expect, test } from "vitest";
import { stepResult, type StepSketch } from "./testing/sketched-timeline.ts";
import { verificationEnd, verifications } from "./verification.ts";

const times = { startedAt: 0, finishedAt: 100 };
const changing: StepSketch = {
  ...times,
  id: "change",
  meansToChange: true,
  changes: [{ kind: "role", subject: "b", before: "replica", after: "primary" }],
};
const looking: StepSketch = { ...times, id: "look" };

function found(...sketches: readonly StepSketch[]): string[] {
  return verifications(sketches.map(stepResult)).map(({ step }) => step.id);
}

describe("a verification is", () => {
  test("a step after the last one that changed a role, a container or a file", () => {
    for (const kind of ["role", "container", "file"] as const) {
      const step = { ...changing, changes: [{ kind, subject: "x", before: "a", after: "b" }] };
      expect(found({ ...looking, id: "check" }, step, looking)).toEqual(["look"]);
    }
  });

  test("not ended by a step that changed only data, for verifications may write", () => {
    const writing: StepSketch = {
      ...looking,
      id: "write",
      changes: [{ kind: "data", subject: "t", before: "a", after: "b" }],
    };
    expect(found(changing, looking, writing)).toEqual(["look", "write"]);
  });

  test("not a step whose title means to change something, although it changed nothing", () => {
    expect(found(changing, { ...looking, meansToChange: true })).toEqual([]);
  });

  test("what its attribute says, wherever it stands", () => {
    expect(found({ ...looking, attributes: { verify: true } }, changing)).toEqual(["look"]);
    expect(found(changing, { ...looking, attributes: { verify: false } })).toEqual([]);
    expect(found(changing, { ...looking, meansToChange: true, attributes: { verify: true } })).toEqual([
      "look",
    ]);
  });

  test("not a step that did not run", () => {
    expect(found(changing, { ...looking, outcome: "manual", attributes: { verify: true } })).toEqual([]);
    expect(found(changing, { ...looking, outcome: "not-run" })).toEqual([]);
    expect(found(changing, { ...looking, commands: [] })).toEqual([]);
  });

  test("nothing in a runbook that changed nothing", () => {
    expect(found(looking, { ...looking, id: "again" })).toEqual([]);
  });
});

test("the last verification's end counts, whatever its outcome", () => {
  const late = { ...looking, finishedAt: 900, outcome: "failed" as const };
  expect(verificationEnd([changing, looking, late].map(stepResult))).toBe(900);
  expect(verificationEnd([stepResult(changing)])).toBeUndefined();
});
