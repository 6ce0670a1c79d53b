import { expect, test } from "vitest";
import { mergeReadings } from "./merge-readings.ts";
import type { WalReading } from "./read-wal.ts";

function reading(change: Partial<WalReading>): WalReading {
  return {
    node: "a",
    timeline: 1,
    commits: new Map(),
    ends: [],
    from: 0n,
    to: 100n,
    sound: true,
    detail: "end",
    ...change,
  };
}

test("the same transaction id on two timelines names two transactions", () => {
  const { commits } = mergeReadings(
    [
      reading({ commits: new Map([[742, "0/50"]]) }),
      reading({ node: "b", timeline: 2, commits: new Map([[742, "0/60"]]) }),
    ],
    new Map([[2, { parent: 1, switchLsn: "0/40" }]]),
    742n,
  );
  expect([...commits]).toEqual([
    ["1:742", "0/50"],
    ["2:742", "0/60"],
  ]);
});

test("a timeline is complete as far as the node that has most of it goes", () => {
  const { timelines } = mergeReadings(
    [reading({ to: 0x80n }), reading({ node: "b", to: 0x40n })],
    new Map(),
    1n,
  );
  expect(timelines).toMatchObject([{ completeFrom: "0/0", completeTo: "0/80", nodes: ["a", "b"] }]);
});

test("one unsound reading makes its timeline incomplete, and no other", () => {
  const { timelines } = mergeReadings(
    [reading({}), reading({ node: "b", sound: false }), reading({ timeline: 2 })],
    new Map(),
    1n,
  );
  expect(timelines.map(({ completeTo }) => completeTo)).toEqual([null, "0/64"]);
});

test("two nodes that put one commit at different places contradict each other", () => {
  const { contradictions } = mergeReadings(
    [
      reading({ commits: new Map([[742, "0/50"]]) }),
      reading({ node: "b", commits: new Map([[742, "0/58"]]) }),
    ],
    new Map(),
    742n,
  );
  expect(contradictions).toEqual(["transaction 1:742 commits at 0/50 on one node and at 0/58 on b"]);
});
