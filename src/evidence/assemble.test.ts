import { describe, expect, it } from "vitest";
import { assembleEvidence, assembleInterrupted } from "./assemble.ts";
import { evidenceSchema } from "./evidence.ts";
import { renderLostWrites } from "./lost-writes.ts";
import { sampleInterruptedRun } from "./testing/sample-interrupted.ts";
import { sampleMetRun } from "./testing/sample-met.ts";
import { sampleMissedRun } from "./testing/sample-missed.ts";
import { sampleTimeline } from "./testing/sample-run.ts";

const met = sampleMetRun();
const missed = sampleMissedRun();

describe("assembled evidence", () => {
  it.each([
    ["met", met],
    ["missed", missed],
    ["interrupted", sampleInterruptedRun()],
  ])(
    "of a run that is %s, keeps its own schema, and the same input gives the same evidence",
    (_name, run) => {
      const evidence = assembleEvidence(run.input);
      expect(evidenceSchema.parse(JSON.parse(JSON.stringify(evidence)))).toEqual(evidence);
      expect(assembleEvidence(run.input)).toEqual(evidence);
    },
  );

  it("instants are seconds of the run's clock", () => {
    const { measured, faults, phases } = assembleEvidence(met.input);
    expect(measured.faultAtSeconds).toBe(14);
    expect(measured.windowSeconds).toBe(8.77);
    expect(measured.streams[0]?.returnedAtSeconds).toEqual({ from: 18.3521, to: 18.4049 });
    expect(faults[0]?.calledAtSeconds).toBe(14);
    expect(phases.find((phase) => phase.phase === "baseline")).toEqual({
      phase: "baseline",
      startedAtSeconds: 5.21,
      seconds: 8.78,
    });
  });

  it("steps say in which document they stand, and those of a procedure before the runbook were not run either", () => {
    const runbook = met.input.runbook;
    if (runbook === undefined) throw new TypeError("the sample has a runbook");
    const steps = runbook.steps.slice(0, 1).map((step) => ({ ...step, id: "prepare-1" }));
    const before = [{ ...runbook, file: "setup.md", steps }];
    const evidence = assembleEvidence({ ...met.input, before });
    expect(evidence.before.map(({ file }) => file)).toEqual(["setup.md"]);
    expect(evidence.steps.map(({ id, file, outcome }) => [id, file, outcome])).toContainEqual([
      "prepare-1",
      "setup.md",
      "not-run",
    ]);
    expect(evidence.steps.find(({ id }) => id === runbook.steps[0]?.id)?.file).toBe(runbook.file);
  });

  it("what was lost is unknown as a whole when one store could not be looked into", () => {
    const rpo = (met.input.measured?.rpo ?? []).slice(0, -1);
    const evidence = assembleEvidence({ ...met.input, measured: { ...met.input.measured, rpo } });
    expect(evidence.measured).toMatchObject({ lostWrites: null, rpoSeconds: null, divergentWrites: null });
  });

  it("loss without bound is null and says so, for JSON has no infinity", () => {
    const rpo = [{ store: "postgres" as const, lostWrites: 9, seconds: Infinity, windowSeconds: 9 }];
    const evidence = assembleEvidence({ ...met.input, measured: { ...met.input.measured, rpo } });
    expect(evidence.measured).toMatchObject({ rpoSeconds: null, rpoAtLeastWindow: true, lostWrites: 9 });
    expect(evidence.losses[0]?.rpoSeconds).toBeNull();
    expect(evidenceSchema.safeParse(evidence).success).toBe(true);
  });

  it("nothing lost is 0, nothing measured is null", () => {
    expect(assembleEvidence(missed.input).measured).toMatchObject({
      rpoSeconds: 0,
      lostWrites: 0,
      rtoSeconds: null,
    });
    expect(assembleEvidence(sampleInterruptedRun().input).measured).toMatchObject({
      rpoSeconds: null,
      rpoAtLeastWindow: false,
      lostWrites: null,
      acknowledgedWrites: null,
    });
  });

  it("the worst store is the run's RPO", () => {
    const rpo = [
      { store: "postgres" as const, lostWrites: 1, seconds: 0.2, windowSeconds: 9 },
      { store: "redis" as const, lostWrites: 4, seconds: 1.5, windowSeconds: 9 },
    ];
    const { measured } = assembleEvidence({ ...met.input, measured: { rpo } });
    expect(measured).toMatchObject({ rpoSeconds: 1.5, lostWrites: 5 });
  });

  it("a step of the runbook that no event speaks about was not run", () => {
    const events = met.events.filter(
      (event) => event.kind !== "step-finished" || event.result.step.id === "1",
    );
    const { steps } = assembleEvidence({ ...met.input, events });
    expect(steps.map((step) => step.outcome)).toEqual([
      "succeeded",
      ...Array.from({ length: 5 }, () => "not-run"),
    ]);
    expect(steps[1]).toMatchObject({ line: 18, startedAtSeconds: null });
  });

  it("a fault that nothing observed has no observation, and a second injection has its own", () => {
    const fault = "latency(postgres)";
    const inject = { kind: "fault-injected", fault, targets: ["postgres"], transient: false } as const;
    const events = sampleTimeline([
      [0, met.events[0] ?? neverHere()],
      [10, { ...inject, calledAt: 9 }],
      [20, { kind: "fault-lifted", fault }],
      [30, { ...inject, calledAt: 29 }],
      [31, { kind: "fault-observed", fault, inForce: false, detail: "no toxic" }],
      [32, { kind: "fault-observed", fault, inForce: true, detail: "toxic read back" }],
    ]);
    const { faults } = assembleEvidence({ ...met.input, events });
    expect(faults).toMatchObject([
      { calledAtSeconds: 0.009, observed: null, liftedAtSeconds: 0.02 },
      {
        calledAtSeconds: 0.029,
        observed: { inForce: true, detail: "toxic read back" },
        liftedAtSeconds: null,
      },
    ]);
  });

  it("what is missing is named with its reason, and nothing is missing from a whole run", () => {
    expect(assembleEvidence(met.input).partial).toEqual([]);
    const { partial } = assembleEvidence(sampleInterruptedRun().input);
    expect(partial).toContainEqual({ what: "baseline", why: "SIGINT ended the run before it came so far" });
    expect(partial.map((item) => item.what)).toContain("ledger against the stores");
  });

  it("from its first second a run is inconclusive", () => {
    const events = met.events.slice(0, 1);
    const { environment, selfTest } = met.input;
    const evidence = assembleInterrupted({ events, environment, selfTest });
    expect(evidence.verdict).toBe("inconclusive");
    expect(evidence.reasons.map((reason) => reason.code)).toEqual(["interrupted"]);
    expect(evidenceSchema.safeParse(evidence).success).toBe(true);
  });
});

describe("list of lost writes", () => {
  it("holds one line per lost write, and is not written where none is lost", () => {
    const lines = renderLostWrites(met.input.reconciliations ?? [])
      ?.trimEnd()
      .split("\n");
    expect(lines).toHaveLength(3);
    expect(lines?.[1]).toMatch(/^postgres,\d+,postgres-direct,\d,5d41402abc4b2a76b9719d911017c592,13\.\d+,/);
    expect(renderLostWrites(missed.input.reconciliations ?? [])).toBeUndefined();
  });

  it("a name with a comma stays one field", () => {
    const [first] = met.input.reconciliations ?? [];
    const [lost] = first?.lost ?? [];
    if (first === undefined || lost === undefined) neverHere();
    const csv = renderLostWrites([{ ...first, lost: [{ ...lost, answeredBy: { node: 'a,"b"' } }] }]);
    expect(csv).toContain(',"a,""b""",');
  });
});

function neverHere(): never {
  throw new TypeError("the sample has what this test needs");
}
