import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { measure } from "../measurement/measure.ts";
import { ledger, sketchedStreams, traffic } from "../measurement/testing/sketched-ledger.ts";
import { at, newPrimary, oldPrimary } from "../measurement/testing/sketched-run.ts";
import { runStarted, timeline } from "../measurement/testing/sketched-timeline.ts";
import { verdictOfFinding, type FindingCode } from "./finding.ts";
import { judge, verdictOf } from "./judge.ts";
import { ruleGroups, rules } from "./rules.ts";
import { codesOf, judgedRun } from "./testing/judged-run.ts";

const allCodes = Object.keys(verdictOfFinding) as FindingCode[];

describe("verdict", () => {
  test("a run in which everything worked is met, and nothing is found", () => {
    expect(judgedRun()).toEqual({ verdict: "met", findings: [] });
  });

  test("missed outranks inconclusive, which outranks met", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...allCodes)), (codes) => {
        const verdicts = codes.map((code) => verdictOfFinding[code]);
        const expected = verdicts.includes("missed")
          ? "missed"
          : verdicts.length > 0
            ? "inconclusive"
            : "met";
        expect(verdictOf(codes.map((code) => ({ code })))).toBe(expected);
      }),
    );
  });

  test("a system that did not work before the fault can't miss an objective afterwards", () => {
    const events = timeline(
      [0, runStarted()],
      [5_000, { kind: "baseline-failed", code: "replication-not-streaming", detail: "it does not stream" }],
    );
    const judged = judge({
      events,
      measured: measure({ events, entries: [], ledgerComplete: true, reconciliations: [] }),
      reconciliations: [],
      integrity: [{ name: "Rows of user", holds: false, expected: "3", found: "2" }],
    });
    expect(judged.verdict).toBe("inconclusive");
    expect(codesOf(judged)).toContain("baseline-not-established");
  });

  test("an oracle that was to be collected and could not be is no met", () => {
    const judged = judgedRun({}, { missing: [{ what: "oracle", why: "pg_waldump ended with 1" }] });
    expect(judged.verdict).toBe("inconclusive");
    expect(judged.findings[0]?.message).toContain("pg_waldump ended with 1");
  });

  test("what decides the verdict stands first", () => {
    const { findings } = judgedRun(
      { entries: [] },
      { integrity: [{ name: "Rows of user", holds: false, expected: "3", found: "2" }] },
    );
    expect(verdictOfFinding[findings[0]?.code ?? "interrupted"]).toBe("missed");
    expect(verdictOfFinding[findings.at(-1)?.code ?? "rto-exceeded"]).toBe("inconclusive");
  });
});

describe("rules", () => {
  test("each code is found by exactly one rule", () => {
    const claimed = ruleGroups.flatMap((group) => Object.keys(group));
    expect([...claimed].sort()).toEqual([...allCodes].sort());
    expect(Object.keys(rules).sort()).toEqual([...allCodes].sort());
  });

  test("no figure of an outage is asked of a procedure", () => {
    const undisturbed = sketchedStreams.flatMap(({ name: stream }) => [
      ...traffic({ stream, from: at.workload, to: at.promoted - 20, answeredBy: oldPrimary }),
      ...traffic({ stream, from: at.promoted, to: at.observed, answeredBy: newPrimary }),
    ]);
    const { findings } = judgedRun({
      started: { scenarioKind: "procedure" },
      edit: (sketches) => sketches.filter(([, { kind }]) => !/^(fault|aftershock)-/.test(kind)),
      entries: ledger(undisturbed),
    });
    expect(findings).toEqual([]);
  });

  test("a procedure of which nothing ran and nothing was compared is not met", () => {
    const events = timeline([0, runStarted({ scenarioKind: "procedure" })]);
    const measured = measure({ events, entries: [], ledgerComplete: true, reconciliations: [] });
    const judgement = judge({ events, measured, reconciliations: [], integrity: [] });
    expect(judgement.verdict).toBe("inconclusive");
    expect(codesOf(judgement)).toEqual(
      expect.arrayContaining(["step-not-run", "nothing-verified", "nothing-measured"]),
    );
  });

  test("a run that was cut off is not blamed for what it left out", () => {
    const events = timeline([0, runStarted()], [5_000, { kind: "interrupted", signal: "SIGINT" }]);
    const measured = measure({ events, entries: [], ledgerComplete: true, reconciliations: [] });
    const judgement = judge({ events, measured, reconciliations: [], integrity: [] });
    expect(judgement.verdict).toBe("inconclusive");
    expect(codesOf(judgement)).toEqual(["interrupted"]);
  });

  test("a timeline without any event is not met", () => {
    const measured = measure({ events: [], entries: [], ledgerComplete: true, reconciliations: [] });
    expect(judge({ events: [], measured, reconciliations: [], integrity: [] }).verdict).toBe("inconclusive");
  });
});

test("a run that lacks any of its events is never better judged than with them", () => {
  const kinds = [
    "run-started",
    "baseline-established",
    "fault-injected",
    "fault-observed",
    "fault-checked",
    "node-state",
    "step-finished",
    "runbook-finished",
    "application-target",
    "aftershock-ended",
  ] as const;
  for (const kind of kinds) {
    const { verdict } = judgedRun({
      edit: (sketches) => sketches.filter(([, event]) => event.kind !== kind),
    });
    expect([kind, verdict]).not.toEqual([kind, "met"]);
  }
});
