import { describe, expect, test } from "vitest";
import { ledger, sketchedStreams, traffic } from "../measurement/testing/sketched-ledger.ts";
import { at, goodSteps, goodTraffic, newPrimary, oldPrimary } from "../measurement/testing/sketched-run.ts";
import {
  changed,
  edits,
  inserted,
  moved,
  without,
  type Sketch,
} from "../measurement/testing/sketched-timeline.ts";
import { codesOf, judgedRun, messagesOf } from "./testing/judged-run.ts";

const fault = "killNode(postgres)";
const observed: Sketch = [26_100, { kind: "fault-observed", fault, inForce: true, detail: "seen" }];

describe("fault not observed", () => {
  test("a fault that nothing observed makes the run inconclusive", () => {
    const judgement = judgedRun({ edit: without("fault-observed") });
    expect(judgement.verdict).toBe("inconclusive");
    expect(messagesOf(judgement, "fault-not-observed")).toEqual([
      "Expected killNode(postgres) to be observed in force before it was lifted, and nothing observed it.",
    ]);
  });

  test("a fault that was looked for and not there was not observed", () => {
    const edit = changed("fault-observed", (event) => ({
      ...event,
      inForce: false,
      detail: "container runs",
    }));
    expect(messagesOf(judgedRun({ edit }), "fault-not-observed")[0]).toContain("(container runs)");
  });

  test("a fault that was seen only after it was lifted was not observed", () => {
    const edit = edits(without("fault-observed"), inserted("fault-lifted", observed));
    expect(codesOf(judgedRun({ edit }))).toEqual(["fault-not-observed"]);
  });

  test("a fault that was seen before it was injected was not observed", () => {
    const edit = edits(without("fault-observed"), inserted("baseline-established", [7_500, observed[1]]));
    expect(codesOf(judgedRun({ edit }))).toEqual(["fault-not-observed"]);
  });

  test("each of several faults has to be observed", () => {
    const second: Sketch = [
      8_060,
      {
        kind: "fault-injected",
        fault: "partition(replica)",
        targets: ["postgres"],
        transient: true,
        calledAt: 8_000,
      },
    ];
    expect(messagesOf(judgedRun({ edit: inserted("fault-injected", second) }), "fault-not-observed")).toEqual(
      ["Expected partition(replica) to be observed in force before it was lifted, and nothing observed it."],
    );
  });

  test("an outage without a fault is not met", () => {
    const edit = without("fault-injected", "fault-observed", "fault-checked", "fault-lifted");
    expect(messagesOf(judgedRun({ edit }), "fault-not-observed")).toEqual([
      "Expected a fault in an outage, found that none was injected.",
    ]);
  });
});

describe("healed by itself", () => {
  const notInForce = changed("fault-checked", (event) => ({
    ...event,
    inForce: false,
    detail: "container runs",
  }));

  test("a fault that was gone when service returned makes the run inconclusive", () => {
    const judgement = judgedRun({ edit: notInForce });
    expect(judgement.verdict).toBe("inconclusive");
    expect(messagesOf(judgement, "healed-by-itself")).toEqual([
      "Expected killNode(postgres) to be in force when service returned, or undone by a step of the runbook, and it was not: container runs.",
    ]);
  });

  test("a node that the fault killed and a step started again was undone by the runbook", () => {
    const started = {
      kind: "container",
      subject: "postgres",
      before: "aa stopped",
      after: "aa running since t",
    } as const;
    const steps = goodSteps.map((step) =>
      step.id === "5" ? { ...step, changes: [...(step.changes ?? []), started] } : step,
    );
    expect(judgedRun({ steps, edit: notInForce }).verdict).toBe("met");
  });

  test("a fence that takes the target out before service returns overtakes the fault, and one afterwards does not", () => {
    const stopped = {
      kind: "container",
      subject: "postgres",
      before: "aa running since t",
      after: "aa stopped",
    } as const;
    const fencedBy = (id: string) =>
      goodSteps.map((step) =>
        step.id === id ? { ...step, changes: [...(step.changes ?? []), stopped] } : step,
      );
    expect(judgedRun({ steps: fencedBy("2"), edit: notInForce }).verdict).toBe("met");
    const late = [...goodSteps, { id: "7", startedAt: 12_400, finishedAt: 12_500, changes: [stopped] }];
    expect(codesOf(judgedRun({ steps: late, edit: notInForce }))).toContain("healed-by-itself");
  });

  test("a fault that was not read back, or only before service was back for good, may have healed", () => {
    expect(codesOf(judgedRun({ edit: without("fault-checked") }))).toEqual(["healed-by-itself"]);
    expect(codesOf(judgedRun({ edit: moved("fault-checked", 11_000) }))).toEqual(["healed-by-itself"]);
  });

  test("a fault that the scenario lifted before service returned was not overcome by the runbook", () => {
    const edit = moved("fault-lifted", 11_000);
    expect(messagesOf(judgedRun({ edit }), "healed-by-itself")[0]).toContain(
      "it was lifted before service returned",
    );
  });

  test("a fault that ends by its nature is exempt", () => {
    const transient = changed("fault-injected", (event) => ({ ...event, transient: true }));
    expect(judgedRun({ edit: edits(transient, without("fault-checked")) }).verdict).toBe("met");
  });
});

describe("nothing measured", () => {
  test("a fault that no client noticed leaves no outage to recover from", () => {
    const entries = ledger(
      ...sketchedStreams.map(({ name: stream }) => [
        ...traffic({ stream, from: at.workload, to: at.promoted - 20, answeredBy: oldPrimary }),
        ...traffic({ stream, from: at.promoted, to: 25_500, answeredBy: newPrimary }),
      ]),
    );
    const judgement = judgedRun({ entries });
    expect(judgement.verdict).toBe("inconclusive");
    expect(messagesOf(judgement, "nothing-measured")[0]).toBe(
      "Expected requests through the application to fail by the fault, found that none of 2 streams did: there was no outage to recover from.",
    );
  });

  test("a scenario that names a fault which was never injected has no t₀", () => {
    const run = judgedRun({ measure: { faultTime: "stopNode(redis)" } }, { faultTime: "stopNode(redis)" });
    expect(messagesOf(run, "nothing-measured")).toContain(
      "Expected the fault that the scenario names as t₀ to be injected, found only others.",
    );
  });

  test("clients of the store alone do not decide an RTO", () => {
    const direct = sketchedStreams.filter(({ via }) => via === "direct");
    const judgement = judgedRun({
      started: { streams: direct },
      entries: ledger(goodTraffic("postgres-direct")),
    });
    expect(messagesOf(judgement, "nothing-measured")).toEqual([
      "Expected requests through the application, which decide the RTO, found no such stream.",
    ]);
  });

  test.each([
    ["stopped at the moment of recovery", at.back],
    ["stopped while the clock went on", 21_500],
  ])("a workload that %s does not show that service lasted", (_, until) => {
    const entries = ledger(
      ...sketchedStreams.map(({ name }) => goodTraffic(name).filter(({ sentAt }) => sentAt < until)),
    );
    const judgement = judgedRun({ entries });
    expect(judgement.verdict).not.toBe("met");
  });

  test("a single stream through the application that falls silent is enough", () => {
    const entries = ledger(
      goodTraffic("place-trade"),
      goodTraffic("postgres-direct"),
      goodTraffic("read-trade").filter(({ sentAt }) => sentAt < 21_500),
    );
    expect(messagesOf(judgedRun({ entries }), "nothing-measured")).toEqual([
      "Expected to see when read-trade worked again, but no request was made in the last 1.6 s of observation.",
    ]);
  });
});
