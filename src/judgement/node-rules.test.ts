import { describe, expect, test } from "vitest";
import {
  changed,
  edits,
  inserted,
  nodeState,
  without,
  type Sketch,
} from "../measurement/testing/sketched-timeline.ts";
import { codesOf, judgedRun, messagesOf } from "./testing/judged-run.ts";

const revived = { node: "postgres", reachable: true, role: "primary", writable: true, timeline: 1 } as const;
const dead = { node: "postgres", reachable: false } as const;

describe("two writable primaries", () => {
  test("the old primary revived beside the new one is missed", () => {
    const judgement = judgedRun({ edit: inserted("fault-checked", nodeState(23_060, revived)) });
    expect(judgement.verdict).toBe("missed");
    expect(messagesOf(judgement, "two-writable-primaries")).toEqual([
      "Expected one writable node of postgres after recovery, found 2 (postgres, postgres-replica), 15.06 s after the fault.",
    ]);
  });

  test("for a moment after recovery is enough", () => {
    const moment: Sketch[] = [nodeState(15_000, revived), nodeState(15_500, dead)];
    expect(codesOf(judgedRun({ edit: inserted("application-target", ...moment) }))).toEqual([
      "two-writable-primaries",
    ]);
  });

  test("an old primary that nothing ever stopped was writable beside the new one when service came back", () => {
    const neverDied = changed("node-state", (event) =>
      event.state.node === "postgres" ? { ...event, state: revived } : event,
    );
    const stoppedLater = inserted("application-target", nodeState(15_000, dead));
    expect(codesOf(judgedRun({ edit: edits(neverDied, stoppedLater) }))).toContain("two-writable-primaries");
  });

  test("overlap before recovery that ended is none", () => {
    const before = inserted("runbook-finished", nodeState(10_100, revived), nodeState(10_900, dead));
    const early = (sketches: readonly Sketch[]): readonly Sketch[] =>
      [...before(sketches)].sort(([a], [b]) => a - b);
    expect(codesOf(judgedRun({ edit: early }))).not.toContain("two-writable-primaries");
  });

  test("a reachable old primary that refuses writes is no second primary", () => {
    const state = { ...revived, writable: false };
    expect(judgedRun({ edit: inserted("fault-checked", nodeState(23_060, state)) }).verdict).toBe("met");
  });

  test("writable nodes of two stores are not two primaries", () => {
    const redis = { node: "redis", reachable: true, role: "primary", writable: true } as const;
    expect(judgedRun({ edit: inserted("fault-checked", nodeState(23_060, redis)) }).verdict).toBe("met");
  });

  test("the old primary that the harness itself revives at the end is none", () => {
    expect(judgedRun({ edit: inserted("fault-lifted", nodeState(27_000, revived)) }).verdict).toBe("met");
  });

  test("a partition that is healed while service is watched revives the old primary for real", () => {
    const healed: Sketch[] = [
      [15_000, { kind: "fault-lifted", fault: "killNode(postgres)" }],
      nodeState(15_100, revived),
    ];
    expect(codesOf(judgedRun({ edit: inserted("application-target", ...healed) }))).toContain(
      "two-writable-primaries",
    );
  });

  test("a node that nobody saw since the fault may be one, so the run is not met", () => {
    const edit = (sketches: readonly Sketch[]): readonly Sketch[] =>
      sketches.filter(
        ([at, event]) => event.kind !== "node-state" || event.state.node !== "postgres" || at < 8_000,
      );
    expect(messagesOf(judgedRun({ edit }), "nothing-measured")).toEqual([
      "Expected to see what became of postgres after the fault, found no record of it.",
    ]);
  });
});

describe("application on the old URL", () => {
  const targets = (target: object) =>
    changed("application-target", (event) => ({
      ...event,
      targets: event.targets.map((each) => ({ ...each, ...target })),
    }));

  test("a service on a node that takes no writes is missed", () => {
    const judgement = judgedRun({ edit: targets({ host: "postgres", node: "postgres", writable: false }) });
    expect(judgement.verdict).toBe("missed");
    expect(messagesOf(judgement, "application-on-old-url")).toEqual([
      "Expected backend to use a postgres node that takes writes after the runbook, found it on postgres, where postgres takes none.",
    ]);
  });

  test("a service on a host where nothing answers is missed", () => {
    const judgement = judgedRun({ edit: targets({ host: "replica", node: undefined, writable: false }) });
    expect(messagesOf(judgement, "application-on-old-url")[0]).toContain(
      "found it on replica, where nothing answers",
    );
  });

  test("a service that ran before and no longer does is missed", () => {
    const edit = edits(
      inserted("workload-started", [
        1_950,
        { kind: "application-changed", service: "celery-worker", state: "started", containerId: "cc" },
      ]),
      inserted("runbook-finished", [
        12_350,
        { kind: "application-changed", service: "celery-worker", state: "stopped", containerId: "cc" },
      ]),
    );
    expect(messagesOf(judgedRun({ edit }), "application-on-old-url")).toEqual([
      "Expected celery-worker to run after the runbook as it did before the fault, found it stopped.",
    ]);
  });

  test("a record of no service at all is no proof", () => {
    const edit = changed("application-target", (event) => ({ ...event, targets: [] }));
    expect(codesOf(judgedRun({ edit }))).toEqual(["nothing-measured"]);
  });
});

describe("aftershock", () => {
  test("a node that a restart turns back is not durable, which is missed", () => {
    const edit = changed("aftershock-ended", (event) => ({
      ...event,
      durable: false,
      detail: "postgres-replica is a replica again",
    }));
    const judgement = judgedRun({ edit });
    expect(judgement.verdict).toBe("missed");
    expect(messagesOf(judgement, "not-durable")).toEqual([
      "Expected postgres-replica to come back from a restart with role, data and service as they were, found that postgres-replica is a replica again.",
    ]);
  });

  test("service that came back without an aftershock is not met", () => {
    expect(codesOf(judgedRun({ edit: without("aftershock-ended") }))).toEqual(["nothing-measured"]);
  });

  test("a scenario may do without", () => {
    const sketch = {
      started: { aftershock: false },
      edit: without("aftershock-started", "aftershock-ended"),
    };
    expect(judgedRun(sketch).verdict).toBe("met");
  });
});
