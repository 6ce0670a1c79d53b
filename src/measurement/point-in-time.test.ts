import { expect, test } from "vitest";
import { formatLsn } from "../oracle/lsn.ts";
import { commitKey, type PostgresOracle } from "../oracle/oracle-evidence.ts";
import { measurePointInTime, type WrittenRow } from "./point-in-time.ts";

const target = "2026-11-09 01:59:59+00";

/** Writes 1, 2, 3 …, one transaction each, that end at these times in the order of the WAL. */
function walOf(times: readonly string[], aborted: readonly number[] = []): PostgresOracle {
  const lsnOf = (index: number): string => formatLsn(BigInt(0x2000000 + index * 0x100));
  return {
    timelines: [
      {
        timeline: 1,
        parent: null,
        switchLsn: null,
        completeFrom: "0/2000000",
        completeTo: "0/9000000",
        nodes: ["postgres"],
        detail: "",
        ends: times.map((at, index) => ({ lsn: lsnOf(index), at: `2026-11-09 ${at}` })),
      },
    ],
    commits: new Map(
      times.flatMap((_, index) =>
        aborted.includes(index + 1) ? [] : [[commitKey(1, String(700 + index + 1)), lsnOf(index)]],
      ),
    ),
    contradictions: [],
    unread: [],
  };
}

function rows(...ids: readonly number[]): WrittenRow[] {
  return ids.map((id) => ({
    id,
    answeredBy: { node: "postgres", timeline: 1, xid: String(700 + id) },
  }));
}

const oracle = walOf([
  "01:59:58.100000",
  "01:59:58.900000",
  "01:59:59.000000",
  "01:59:59.000001",
  "02:00:01.000000",
]);
const written = rows(1, 2, 3, 4, 5);

test("what committed up to the microsecond of the target is expected, and nothing later", () => {
  expect(measurePointInTime({ target, oracle, written, copy: rows(1, 2, 3) })).toEqual({
    target,
    stopsBefore: { lsn: "0/2000300", at: "2026-11-09 01:59:59.000001" },
    expected: 3,
    missing: [],
    later: [],
  });
});

test("a write too few and a write too many are each found", () => {
  expect(measurePointInTime({ target, oracle, written, copy: rows(1, 3) })).toMatchObject({
    missing: [2],
    later: [],
  });
  expect(measurePointInTime({ target, oracle, written, copy: rows(1, 2, 3, 5) })).toMatchObject({
    missing: [],
    later: [5],
  });
});

test("recovery one second later, or earlier, is another set", () => {
  const second = (at: string): unknown =>
    measurePointInTime({ target: at, oracle, written, copy: rows(1, 2, 3) });
  expect(second("2026-11-09 02:00:00+00")).toMatchObject({ expected: 4, missing: [4] });
  expect(second("2026-11-09 01:59:58+00")).toMatchObject({ expected: 0, later: [1, 2, 3] });
});

test("a record that is stamped later and written earlier ends the set: what follows it is not expected, however early its time", () => {
  const outOfOrder = walOf(["01:59:58.000000", "01:59:59.500000", "01:59:58.990000"]);
  expect(
    measurePointInTime({ target, oracle: outOfOrder, written: rows(1, 2, 3), copy: rows(1) }),
  ).toMatchObject({ expected: 1, missing: [], later: [] });
  expect(
    measurePointInTime({ target, oracle: outOfOrder, written: rows(1, 2, 3), copy: rows(1, 3) }),
  ).toMatchObject({ later: [3] });
});

test("an abort ends the set as a commit does", () => {
  const withAbort = walOf(["01:59:58.000000", "01:59:59.500000", "01:59:58.990000"], [2]);
  expect(measurePointInTime({ target, oracle: withAbort, written: rows(1, 3), copy: rows(1) })).toMatchObject(
    {
      stopsBefore: { at: "2026-11-09 01:59:59.500000" },
      expected: 1,
      missing: [],
    },
  );
});

test.each([
  ["no WAL", { oracle: undefined }, /none that could be read/],
  ["no later transaction", { target: "2026-11-09 03:00:00+00" }, /no transaction that ended later/],
  [
    "WAL with a gap",
    { oracle: { ...oracle, timelines: oracle.timelines.map((each) => ({ ...each, completeTo: null })) } },
    /a gap/,
  ],
  [
    "two timelines",
    {
      oracle: { ...oracle, timelines: oracle.timelines.flatMap((each) => [each, { ...each, timeline: 2 }]) },
    },
    /timeline that was left/,
  ],
  ["a row of no known transaction", { copy: [...rows(1, 2, 3), { id: 99 }] }, /no commit of write 99/],
])("with %s nothing can be said", (_, change, why) => {
  const result = measurePointInTime({ target, oracle, written, copy: rows(1, 2, 3), ...change });
  expect("undecided" in result ? result.undecided : "decided").toMatch(why);
});
