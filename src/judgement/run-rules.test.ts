import { describe, expect, test } from "vitest";
import {
  anonymous,
  ledger,
  request,
  sketchedStreams,
  traffic,
} from "../measurement/testing/sketched-ledger.ts";
import { at, goodTraffic, oldPrimary, sketchedRun } from "../measurement/testing/sketched-run.ts";
import { changed, inserted } from "../measurement/testing/sketched-timeline.ts";
import { sketchedWal } from "../measurement/testing/sketched-wal.ts";
import { commitKey } from "../oracle/oracle-evidence.ts";
import { codesOf, holding, judgedRun, messagesOf } from "./testing/judged-run.ts";
import { judge } from "./judge.ts";

test("a run that a signal ended shows nothing", () => {
  const judgement = judgedRun({
    edit: (all) => [...all, [27_000, { kind: "interrupted", signal: "SIGTERM" }]],
  });
  expect(judgement.verdict).toBe("inconclusive");
  expect(messagesOf(judgement, "interrupted")).toEqual([
    "Expected the run to end by itself, but SIGTERM ended it.",
  ]);
});

describe("harness error", () => {
  test("a run in which the harness failed shows nothing", () => {
    const judgement = judgedRun({}, { harnessError: "Expected a port, found none." });
    expect(judgement).toEqual({
      verdict: "inconclusive",
      findings: [{ code: "harness-error", message: "Expected a port, found none." }],
    });
  });

  test("a timeline with a hole in it shows nothing", () => {
    const run = sketchedRun();
    const events = run.events.filter(({ kind }) => kind !== "probe-changed");
    const judgement = judge({ ...run, events, integrity: [holding] });
    expect(messagesOf(judgement, "harness-error")).toEqual([
      "Expected event 9 of the timeline, found event 10.",
    ]);
  });

  test("the timelines of two runs in one show nothing", () => {
    const edit = inserted("run-started", [1, { kind: "note", text: "x" }]);
    const twice = judgedRun({ edit: (all) => [...edit(all), ...all.slice(0, 1)] });
    expect(codesOf(twice)).toEqual(["harness-error"]);
  });
});

describe("baseline", () => {
  test("a baseline that failed makes the run inconclusive, and nothing else is held against it", () => {
    const run = sketchedRun({
      edit: (all) => [
        ...all.slice(0, 5),
        [5_000, { kind: "baseline-failed", code: "replication-not-streaming", detail: "postgres-replica" }],
      ],
      entries: ledger(
        ...sketchedStreams.map(({ name }) =>
          traffic({ stream: name, from: 2_000, to: 5_000, answeredBy: oldPrimary }),
        ),
      ),
    });
    const { verdict, findings } = judge({ ...run, integrity: [] });
    expect(verdict).toBe("inconclusive");
    expect(findings).toEqual([
      {
        code: "baseline-not-established",
        message:
          "Expected a system that works before the fault, found replication-not-streaming: postgres-replica.",
      },
    ]);
  });

  test.each([
    ["a replica that does not stream", { streaming: false, synced: true }, "not streaming"],
    ["a replica that never synchronised", { streaming: true, synced: false }, "not synchronised"],
  ])("%s is found although the baseline was called established", (_, replication, found) => {
    const edit = changed("baseline-established", (event) => ({
      ...event,
      baseline: {
        ...event.baseline,
        nodes: event.baseline.nodes.map((node) =>
          node.role === "replica" ? { ...node, replication } : node,
        ),
      },
    }));
    const judgement = judgedRun({ edit });
    expect(judgement.verdict).toBe("inconclusive");
    expect(messagesOf(judgement, "baseline-not-established")[0]).toContain(`found it ${found}`);
  });

  test("a node that did not answer, or no node at all, is no baseline", () => {
    const nodes = (list: readonly { node: string; reachable: boolean }[]) =>
      changed("baseline-established", (event) => ({
        ...event,
        baseline: { ...event.baseline, nodes: list },
      }));
    expect(codesOf(judgedRun({ edit: nodes([{ node: "postgres", reachable: false }]) }))).toEqual([
      "baseline-not-established",
    ]);
    expect(codesOf(judgedRun({ edit: nodes([]) }))).toEqual(["baseline-not-established"]);
  });

  test("writes that had stopped before the fault are no baseline, whatever was stated", () => {
    const entries = ledger(
      ...sketchedStreams.map(({ name }) =>
        goodTraffic(name).filter(({ sentAt }) => sentAt < 4_500 || sentAt >= at.fault),
      ),
    );
    expect(messagesOf(judgedRun({ entries }), "baseline-not-established")).toEqual([
      "Expected a system that works before the fault, but 12.5 writes a second were acknowledged by postgres before the fault, under 20.",
    ]);
  });
});

describe("indeterminate writes", () => {
  function withIndeterminate(count: number) {
    const entries = ledger(...sketchedStreams.map(({ name }) => goodTraffic(name)));
    let left = count;
    return entries.map((entry) => {
      if (entry.stream !== "postgres-direct" || entry.sentAt > 3_900 || left === 0) return entry;
      left -= 1;
      return { ...anonymous(entry), outcome: "indeterminate" as const };
    });
  }

  test("more than 1 % outside the fault's window make the run inconclusive", () => {
    const outside = 2 * (300 + 574);
    const judgement = judgedRun({ entries: withIndeterminate(18) });
    expect(judgement.verdict).toBe("inconclusive");
    expect(messagesOf(judgement, "too-many-indeterminate")).toEqual([
      `Expected at most 1 % indeterminate writes outside the fault's window, found 18 of ${outside}.`,
    ]);
  });

  test("1 % or less do not, and those inside the window never do", () => {
    expect(judgedRun({ entries: withIndeterminate(17) }).verdict).toBe("met");
  });
});

describe("ledger", () => {
  const whole = ledger(...sketchedStreams.map(({ name }) => goodTraffic(name)));

  test("a ledger that was not closed makes the run inconclusive", () => {
    const judgement = judgedRun({ measure: { ledgerComplete: false } });
    expect(judgement.verdict).toBe("inconclusive");
    expect(messagesOf(judgement, "ledger-incomplete")).toEqual([
      `The ledger ends after ${whole.length} entries without having been closed.`,
    ]);
  });

  test("an id that is missing, or comes twice, makes it so too", () => {
    expect(
      messagesOf(judgedRun({ entries: whole.filter(({ id }) => id !== 40) }), "ledger-incomplete"),
    ).toEqual([`Expected ids 1 to ${whole.length} in the ledger, found ${whole.length - 1} of them.`]);
    const twice = whole.map((entry) => (entry.id === 40 ? { ...entry, id: 41 } : entry));
    expect(codesOf(judgedRun({ entries: twice }))).toEqual(["ledger-incomplete"]);
  });

  test("a stream without an entry makes it so too", () => {
    const entries = ledger(goodTraffic("place-trade"), goodTraffic("read-trade"));
    expect(messagesOf(judgedRun({ entries }), "ledger-incomplete")).toEqual([
      "Expected requests of postgres-direct in the ledger, found none.",
    ]);
  });

  test("an acknowledged write that does not say who took it makes it so too", () => {
    const entries = whole.map((entry) => (entry.id === 40 ? anonymous(entry) : entry));
    // Of three streams in turn, the 40th entry is a write.
    expect(whole[39]?.stream).not.toBe("read-trade");
    expect(codesOf(judgedRun({ entries }))).toEqual(["ledger-incomplete"]);
  });

  test("a reconciliation of fewer writes than the ledger holds makes it so too", () => {
    const judgement = judgedRun({ reconciliation: { acknowledged: 3 } });
    expect(messagesOf(judgement, "ledger-incomplete")[0]).toMatch(
      /^Expected \d+ acknowledged writes .* found 3\.$/,
    );
  });

  test("data from before the run stands in it with ids of each store's own", () => {
    const base = ["postgres", "redis"].map((store) =>
      request({ id: -1, stream: `base-${store}`, sentAt: 1_000, answeredAt: 1_000 }),
    );
    expect(judgedRun({ entries: [...base, ...whole] }).verdict).toBe("met");
  });
});

describe("oracle", () => {
  test("sources that contradict each other make the run inconclusive", () => {
    const judgement = judgedRun(
      {},
      { oracleContradictions: ["timeline 2 began at 0/1 on one node and at 0/2 on b"] },
    );
    expect(judgement.verdict).toBe("inconclusive");
    expect(codesOf(judgement)).toEqual(["oracle-disagrees"]);
  });

  test("a survivor that lies past the switch point can't be", () => {
    const wal = sketchedWal(ledger(...sketchedStreams.map(({ name }) => goodTraffic(name))));
    const xid = String(700 + 40);
    const commits = new Map([...wal.commits, [commitKey(1, xid), "0/5000000"]]);
    const judgement = judgedRun({ measure: { oracle: { postgres: { ...wal, commits } } } });
    expect(judgement.verdict).toBe("inconclusive");
    expect(messagesOf(judgement, "oracle-disagrees")).toEqual([
      "Expected the ledger and the oracle of postgres to agree, found 1 surviving writes that the oracle rules out: of write 40, its commit lies past the switch point of its timeline.",
    ]);
  });

  test("no oracle does not block met", () => {
    expect(judgedRun({ measure: { oracle: {} } }).verdict).toBe("met");
  });
});
