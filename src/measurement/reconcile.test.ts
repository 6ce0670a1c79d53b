import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LedgerEntry, Outcome, StreamDefinition, Survivor } from "../workload/ledger-entry.ts";
import type { Reconciliation } from "./measurement.ts";
import { reconcile } from "./reconcile.ts";

const streams: readonly StreamDefinition[] = [
  { name: "writes", store: "postgres", via: "direct", operation: "write", ratePerSecond: 50 },
  { name: "reads", store: "postgres", via: "direct", operation: "read", ratePerSecond: 50 },
  { name: "quotes", store: "redis", via: "direct", operation: "write", ratePerSecond: 50 },
  { name: "base-postgres", store: "postgres", via: "direct", operation: "write", ratePerSecond: 0 },
];
const hashes = [
  "0123456789abcdef0123456789abcdef",
  "ffffffffffffffffffffffffffffffff",
  "",
  "no md5 at all",
  "0123456789ABCDEF0123456789ABCDEF",
];
const hash = "0123456789abcdef0123456789abcdef";

function entry(id: number, more: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    id,
    stream: "writes",
    writer: 1,
    payloadHash: hash,
    dueAt: id * 10,
    sentAt: id * 10,
    answeredAt: id * 10 + 5,
    outcome: "acknowledged",
    answeredBy: { node: "one", timeline: 1, xid: String(id) },
    ...more,
  };
}
function survivor(id: number, more: Partial<Survivor> = {}): Survivor {
  return { id, payloadHash: hash, answeredBy: { node: "one", timeline: 1, xid: String(id) }, ...more };
}
function run(entries: readonly LedgerEntry[], survivors: readonly Survivor[]): Promise<Reconciliation> {
  return reconcile({ store: "postgres", streams, entries: [entries], survivors: [survivors] });
}

describe("reconciling", () => {
  test("a ledger and a store that agree finds nothing", async () => {
    expect(await run([entry(1), entry(2)], [survivor(2), survivor(1)])).toEqual({
      store: "postgres",
      acknowledged: 2,
      rejected: 0,
      notSent: 0,
      indeterminate: 0,
      recoveredIndeterminate: 0,
      survivors: 2,
      lost: [],
      phantoms: [],
      changedPayloads: [],
      duplicates: [],
      baseDataLost: [],
      gaps: [],
    });
  });

  test("an acknowledged write that is not there is lost, in the order of ids", async () => {
    const result = await run([entry(3), entry(1), entry(2)], [survivor(1)]);
    expect(result.lost).toEqual([entry(2), entry(3)]);
  });

  test("a write that only one node acknowledged is acknowledged", async () => {
    expect(await run([entry(1, { outcome: "acknowledged-unreplicated" })], [])).toMatchObject({
      acknowledged: 1,
      lost: [{ id: 1 }],
    });
  });

  test.each<Outcome>(["rejected", "not-sent"])("a %s write that is there is a phantom", async (outcome) => {
    const result = await run([entry(1, { outcome, errorCode: "25006" })], [survivor(1)]);
    expect(result.phantoms).toEqual([{ id: 1, reason: `it was ${outcome} (25006)` }]);
    expect(result.lost).toEqual([]);
  });

  test("a row that no ledger entry asked for is a phantom, whatever its id", async () => {
    const result = await run([entry(1)], [survivor(1), survivor(2 ** 50), survivor(-7)]);
    expect(result.phantoms.map(({ id }) => id)).toEqual([-7, 2 ** 50]);
  });

  test("an indeterminate write may be there or not", async () => {
    const entries = [entry(1, { outcome: "indeterminate" }), entry(2, { outcome: "indeterminate" })];
    expect(await run(entries, [survivor(2)])).toMatchObject({
      indeterminate: 2,
      recoveredIndeterminate: 1,
      lost: [],
      phantoms: [],
    });
  });

  test("a row that is there three times is a duplicate", async () => {
    const result = await run([entry(1)], [survivor(1), survivor(1), survivor(1)]);
    expect(result).toMatchObject({ duplicates: [{ id: 1, times: 3 }], survivors: 3, changedPayloads: [] });
  });

  test.each(hashes.slice(1))("a payload whose hash is %j instead is a changed one", async (found) => {
    const result = await run([entry(1)], [survivor(1, { payloadHash: found })]);
    expect(result.changedPayloads).toEqual([{ id: 1, expected: hash, found }]);
  });

  test("a changed copy of a row is found beside the right one", async () => {
    const found = "f".repeat(32);
    const result = await run([entry(1)], [survivor(1), survivor(1, { payloadHash: found })]);
    expect(result.changedPayloads).toEqual([{ id: 1, expected: hash, found }]);
  });

  test("base data that is not there is its own loss, and counts in nothing else", async () => {
    const base = (id: number): LedgerEntry => entry(id, { stream: "base-postgres" });
    const result = await run([base(-1), base(-2), base(-3), entry(1)], [survivor(-2), survivor(1)]);
    expect(result).toMatchObject({ baseDataLost: [-1, -3], lost: [], acknowledged: 1, phantoms: [] });
  });

  test("reads and writes to another store are left alone", async () => {
    const result = await run([entry(1, { stream: "reads" }), entry(2, { stream: "quotes" })], []);
    expect(result).toMatchObject({ acknowledged: 0, lost: [] });
  });

  test("a lost write after a surviving one is loss, and before it a gap", async () => {
    expect((await run([entry(1), entry(2)], [survivor(1)])).gaps).toEqual([]);
    expect((await run([entry(1), entry(2)], [survivor(2)])).gaps).toEqual([{ lost: 1, survivor: 2 }]);
  });

  test("writes under way at the same time have no order, so no gap", async () => {
    const result = await run([entry(1, { answeredAt: 21 }), entry(2, { sentAt: 20 })], [survivor(2)]);
    expect(result.lost).toHaveLength(1);
    expect(result.gaps).toEqual([]);
  });

  test("a survivor of another timeline proves no gap", async () => {
    const answeredBy = { node: "one", timeline: 2, xid: "2" };
    const result = await run([entry(1), entry(2, { answeredBy })], [survivor(2, { answeredBy })]);
    expect(result.gaps).toEqual([]);
  });

  test("the row's own timeline counts, not the one in the answer", async () => {
    const result = await run(
      [entry(1), entry(2)],
      [survivor(2, { answeredBy: { node: "two", timeline: 2, xid: "2" } })],
    );
    expect(result.gaps).toEqual([]);
  });

  test("without timelines the server is the epoch", async () => {
    const one = { answeredBy: { node: "run-id-1" } };
    const two = { answeredBy: { node: "run-id-2" } };
    expect((await run([entry(1, one), entry(2, two)], [survivor(2, two)])).gaps).toEqual([]);
    expect((await run([entry(1, one), entry(2, one)], [survivor(2, one)])).gaps).toHaveLength(1);
  });
});

/** The definitions, written down as plainly as possible. */
function naively(entries: readonly LedgerEntry[], survivors: readonly Survivor[]): Reconciliation {
  const writes = entries.filter(({ stream }) => stream === "writes" || stream === "base-postgres");
  const own = writes.filter(({ id }) => id >= 0);
  const rowsOf = (id: number): readonly Survivor[] => survivors.filter((row) => row.id === id);
  const count = (...outcomes: Outcome[]): number =>
    own.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const epoch = (by: LedgerEntry["answeredBy"]): string | undefined => by && String(by.timeline ?? by.node);
  const found = writes.filter(({ id }) => rowsOf(id).length > 0);
  const lost = own
    .filter(({ id, outcome }) => outcome.startsWith("acknowledged") && rowsOf(id).length === 0)
    .sort((a, b) => a.id - b.id);
  return {
    store: "postgres",
    acknowledged: count("acknowledged", "acknowledged-unreplicated"),
    rejected: count("rejected"),
    notSent: count("not-sent"),
    indeterminate: count("indeterminate"),
    recoveredIndeterminate: found.filter(({ id, outcome }) => id >= 0 && outcome === "indeterminate").length,
    survivors: survivors.length,
    lost,
    phantoms: [
      ...found
        .filter(({ outcome }) => outcome === "rejected" || outcome === "not-sent")
        .map(({ id, outcome }) => ({ id, reason: `it was ${outcome}` })),
      ...[...new Set(survivors.map(({ id }) => id))]
        .filter((id) => !writes.some((write) => write.id === id))
        .map((id) => ({ id, reason: "it is in no ledger entry" })),
    ].sort((a, b) => a.id - b.id),
    changedPayloads: found
      .flatMap(({ id, payloadHash }) => {
        const [first, ...copies] = rowsOf(id);
        if (first?.payloadHash !== payloadHash)
          return [{ id, expected: payloadHash, found: first?.payloadHash ?? "" }];
        const other = copies.findLast((copy) => copy.payloadHash !== payloadHash);
        return other === undefined ? [] : [{ id, expected: payloadHash, found: other.payloadHash }];
      })
      .sort((a, b) => a.id - b.id),
    duplicates: found
      .filter(({ id }) => rowsOf(id).length > 1)
      .map(({ id }) => ({ id, times: rowsOf(id).length }))
      .sort((a, b) => a.id - b.id),
    baseDataLost: writes
      .filter(({ id }) => id < 0 && rowsOf(id).length === 0)
      .map(({ id }) => id)
      .sort((a, b) => b - a),
    gaps: lost
      .filter((entryLost) =>
        found.some(
          (other) =>
            other.id >= 0 &&
            epoch(rowsOf(other.id)[0]?.answeredBy ?? other.answeredBy) === epoch(entryLost.answeredBy) &&
            epoch(entryLost.answeredBy) !== undefined &&
            entryLost.answeredAt < other.sentAt,
        ),
      )
      .map(({ id }) => ({ lost: id, survivor: 0 })),
  };
}

test("whatever the ledger and the store hold, a plain reading of the definitions finds the same", async () => {
  const answeredBy = fc.option(
    fc.record(
      { node: fc.constantFrom("one", "two"), timeline: fc.constantFrom(1, 2) },
      { requiredKeys: ["node"] },
    ),
    { nil: undefined },
  );
  const outcomes: Outcome[] = [
    "acknowledged",
    "acknowledged-unreplicated",
    "rejected",
    "not-sent",
    "indeterminate",
  ];
  const anyEntry = fc
    .record({
      id: fc.integer({ min: -4, max: 25 }),
      stream: fc.constantFrom("writes", "writes", "writes", "reads", "quotes"),
      outcome: fc.constantFrom(...outcomes),
      payloadHash: fc.constantFrom(...hashes),
      sentAt: fc.nat(50),
      lasts: fc.nat(20),
      answeredBy,
    })
    .map(({ lasts, answeredBy: by, ...rest }): LedgerEntry => {
      const base = rest.id < 0 ? { stream: "base-postgres", outcome: "acknowledged" as const } : {};
      const at = { dueAt: rest.sentAt, answeredAt: rest.sentAt + lasts };
      return {
        writer: 1,
        ...rest,
        ...at,
        ...base,
        ...(by === undefined ? {} : { answeredBy: by }),
      };
    });
  const anySurvivor = fc
    .record({ id: fc.integer({ min: -5, max: 30 }), payloadHash: fc.constantFrom(...hashes), answeredBy })
    .map(({ answeredBy: by, ...rest }): Survivor => ({
      ...rest,
      ...(by === undefined ? {} : { answeredBy: by }),
    }));
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(anyEntry, { selector: ({ id }) => id, maxLength: 25 }),
      fc.array(anySurvivor, { maxLength: 30 }),
      fc.integer({ min: 1, max: 7 }),
      async (entries, survivors, size) => {
        const result = await reconcile({
          store: "postgres",
          streams,
          entries: batchesOf(entries, size),
          survivors: batchesOf(survivors, size),
        });
        // Which survivor proves a gap is free; that it does is checked here.
        for (const gap of result.gaps) {
          const lost = entries.find(({ id }) => id === gap.lost);
          const proof = entries.find(({ id }) => id === gap.survivor);
          expect(proof?.sentAt).toBeGreaterThan(lost?.answeredAt ?? Infinity);
        }
        const comparable = { ...result, gaps: result.gaps.map((gap) => ({ ...gap, survivor: 0 })) };
        expect(comparable).toEqual(naively(entries, survivors));
      },
    ),
    { numRuns: 500 },
  );
});

test("a million of each are held against each other with nothing lost on the way", async () => {
  const size = 50_000;
  const count = 1_000_000;
  function* entries(): Generator<readonly LedgerEntry[]> {
    for (let start = 1; start <= count; start += size)
      yield Array.from({ length: size }, (_, index) => entry(start + index));
  }
  function* survivors(): Generator<readonly Survivor[]> {
    for (let start = 1; start <= count; start += size) {
      yield Array.from({ length: size }, (_, index) => survivor(start + index)).filter(
        ({ id }) => id !== 777_777,
      );
    }
  }
  const result = await reconcile({ store: "postgres", streams, entries: entries(), survivors: survivors() });
  expect(result).toMatchObject({
    acknowledged: count,
    survivors: count - 1,
    lost: [{ id: 777_777 }],
    phantoms: [],
  });
}, 30_000);

function batchesOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
