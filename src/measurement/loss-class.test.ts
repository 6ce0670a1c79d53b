import { describe, expect, test } from "vitest";
import { classifyLosses, impossibleSurvivors, type StoreOutcome } from "./loss-class.ts";
import { commitKey, type PostgresOracle, type TimelineEvidence } from "../oracle/oracle-evidence.ts";
import { request } from "./testing/sketched-ledger.ts";

const write = (timeline: number, xid: string) =>
  request({ sentAt: 0, answeredAt: 1, answeredBy: { node: "a", timeline, xid } });

function timelineFrom(timeline: number, parent: number | null, switchLsn: string | null): TimelineEvidence {
  const read = { completeFrom: "0/2000000", completeTo: "0/9000000", nodes: ["a"], detail: "", ends: [] };
  return { timeline, parent, switchLsn, ...read };
}

const wal: PostgresOracle = {
  timelines: [timelineFrom(1, null, null), timelineFrom(2, 1, "0/30000A0")],
  commits: new Map([
    [commitKey(1, "740"), "0/9"],
    [commitKey(1, "741"), "0/3000098"],
    [commitKey(1, "742"), "0/30000A0"],
    // The promoted node gives the same transaction id to another write.
    [commitKey(2, "742"), "0/30001F0"],
  ]),
  contradictions: [],
  unread: [],
};
const torn = wal.timelines.map((evidence) => ({ ...evidence, completeFrom: null, completeTo: null }));

function classOf(entry: ReturnType<typeof write>, change: Partial<StoreOutcome> = {}) {
  const [loss] = classifyLosses({
    store: "postgres",
    lost: [entry],
    survivors: [],
    oracle: { postgres: wal },
    promotions: [],
    ...change,
  });
  return [loss?.lossClass, loss?.proven];
}

describe("by WAL, a lost write", () => {
  test("that was committed at the switch point or after it was lost at failover", () => {
    expect(classOf(write(1, "742"))).toEqual(["lost-at-failover", true]);
  });

  test("that was committed before the switch point was destroyed later", () => {
    expect(classOf(write(1, "741"))).toEqual(["destroyed-later", true]);
  });

  test("of the new timeline was destroyed later, although the old one had its transaction id too", () => {
    expect(classOf(write(2, "742"))).toEqual(["destroyed-later", true]);
  });

  test("without a commit in complete WAL was acknowledged without one", () => {
    expect(classOf(write(1, "999"))).toEqual(["acknowledged-without-commit", true]);
  });

  test("without a commit in WAL that is not complete was lost at failover, unproven", () => {
    expect(classOf(write(1, "999"), { oracle: { postgres: { ...wal, timelines: torn } } })).toEqual([
      "lost-at-failover",
      false,
    ]);
  });

  test("of a side branch that led nowhere was lost at failover", () => {
    const commits = new Map([[commitKey(2, "800"), "0/4000000"]]);
    const timelines = [...wal.timelines, timelineFrom(3, 1, "0/30000A0")];
    const promotions = [{ store: "postgres", timeline: 3, writableAt: 9 }] as const;
    expect(
      classOf(write(2, "800"), { oracle: { postgres: { ...wal, timelines, commits } }, promotions }),
    ).toEqual(["lost-at-failover", true]);
  });

  test("whose transaction the ledger does not know was lost at failover, unproven", () => {
    const entry = request({ sentAt: 0, answeredAt: 1, answeredBy: { node: "a" } });
    expect(classOf(entry)).toEqual(["lost-at-failover", false]);
  });
});

describe("without an oracle, a lost write", () => {
  test("was lost at failover", () => {
    expect(classOf(write(1, "742"), { oracle: undefined })).toEqual(["lost-at-failover", false]);
  });

  test("that the node which took over acknowledged was destroyed later", () => {
    const promotions = [{ store: "postgres", timeline: 2, writableAt: 9 }] as const;
    expect(classOf(write(2, "742"), { oracle: undefined, promotions })).toEqual(["destroyed-later", false]);
  });
});

test("Redis files prove what a node had applied, and nothing by what is missing from them", () => {
  const promotions = [{ store: "redis", node: "b", runIds: new Set(["new"]), writableAt: 9 }] as const;
  const lost = ["old", "old", "old", "new"].map((node, index) => ({
    ...request({ sentAt: 0, answeredAt: 1, answeredBy: { node } }),
    id: index + 1,
  }));
  const holding = (...ids: readonly number[]) => ({
    appendOnly: { presentIds: new Set(ids), keys: 0 },
    detail: "",
  });
  const oracle = {
    redis: {
      nodes: [
        { node: "a", ...holding(1, 3) },
        { node: "b", ...holding(3) },
      ],
    },
  };
  const losses = classifyLosses({ store: "redis", lost, survivors: [], oracle, promotions });
  expect(losses.map((loss) => [loss.lossClass, loss.proven])).toEqual([
    ["lost-at-failover", true],
    ["lost-at-failover", false],
    // The node that took over had it: no failover lost it.
    ["destroyed-later", true],
    ["destroyed-later", false],
  ]);
});

describe("a survivor that can't be", () => {
  const impossible = (entry: ReturnType<typeof write>, change: Partial<PostgresOracle> = {}) =>
    impossibleSurvivors({
      store: "postgres",
      lost: [],
      survivors: [entry],
      oracle: { postgres: { ...wal, ...change } },
      promotions: [],
    }).map(({ reason }) => reason);

  test("was committed on the old timeline past the switch point", () => {
    expect(impossible(write(1, "742"))).toEqual(["its commit lies past the switch point of its timeline"]);
  });

  test("has no commit in WAL that is complete", () => {
    expect(impossible(write(1, "999"))).toEqual(["its commit is not in WAL that is complete"]);
    expect(impossible(write(1, "999"), { timelines: torn })).toEqual([]);
  });

  test("is none that was committed before the switch or on the new timeline", () => {
    expect(impossible(write(1, "741"))).toEqual([]);
    expect(impossible(write(2, "742"))).toEqual([]);
  });
});

test("positions in WAL are compared as numbers, not as text", () => {
  expect(classOf(write(1, "740"))).toEqual(["destroyed-later", true]);
});

test("a node that could not be read may have held the commit, and sources that contradict each other say nothing", () => {
  const unread = { ...wal, unread: ["a: no such volume"] };
  expect(classOf(write(1, "999"), { oracle: { postgres: unread } })).toEqual(["lost-at-failover", false]);
  const contradicting = { ...wal, contradictions: ["timeline 2 began twice"] };
  expect(classOf(write(1, "741"), { oracle: { postgres: contradicting } })).toEqual([
    "lost-at-failover",
    false,
  ]);
});

test("a history that names an ancestor twice does not keep the measurement for ever", () => {
  const timelines = [timelineFrom(1, 2, "0/1"), timelineFrom(2, 1, "0/30000A0")];
  expect(classOf(write(1, "742"), { oracle: { postgres: { ...wal, timelines } } })).toEqual([
    "lost-at-failover",
    true,
  ]);
});
