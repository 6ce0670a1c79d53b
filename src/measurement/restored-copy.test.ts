import { expect, test } from "vitest";
import type { LedgerEntry, Survivor } from "../workload/ledger-entry.ts";
import { reconcile } from "./reconcile.ts";
import { measureRestoredCopy, type RestoredCopy } from "./restored-copy.ts";
import { ledger, sketchedStreams, traffic } from "./testing/sketched-ledger.ts";

/** Ten writes, 20 ms apart from 1,000 on, each answered 5 ms after it was sent. */
const writes = ledger(traffic({ from: 1_000, to: 1_180, answeredBy: { node: "postgres", timeline: 1 } }));

async function copyWith(
  isRestored: (entry: LedgerEntry) => boolean,
  backupStartedAt?: number,
): Promise<RestoredCopy> {
  const survivors: Survivor[] = writes.filter(isRestored).map(({ id, payloadHash, answeredBy }) => ({
    id,
    payloadHash,
    ...(answeredBy === undefined ? {} : { answeredBy }),
  }));
  const reconciliation = await reconcile({
    store: "postgres",
    streams: sketchedStreams,
    entries: [writes],
    survivors: [survivors],
  });
  return measureRestoredCopy({
    service: "postgres-test",
    reconciliation,
    writes,
    ...(backupStartedAt === undefined ? {} : { backupStartedAt }),
  });
}

test("the snapshot lies between the sending of the last restored write and the answer of the first missing one", async () => {
  const copy = await copyWith(({ id }) => id <= 6, 1_100);
  expect(copy).toMatchObject({ restored: 6, snapshotAt: { from: 1_100, to: 1_125 }, missing: [] });
});

test("what was acknowledged before the backup began and is not there is missing; what came later is not", async () => {
  const copy = await copyWith(({ id }) => id <= 4, 1_150);
  expect(copy.missing.map(({ id }) => id)).toEqual([5, 6, 7, 8]);
  expect(copy.reconciliation.lost.map(({ id }) => id)).toEqual([5, 6, 7, 8, 9, 10]);
});

test("a copy that has a write and not an earlier one was never a state of the store: it has no instant", async () => {
  const copy = await copyWith(({ id }) => id <= 6 && id !== 3, 1_000);
  expect(copy.reconciliation.gaps).toMatchObject([{ lost: 3 }]);
  expect(copy.snapshotAt).toBeUndefined();
});

test("a copy that lacks nothing bounds its snapshot on one side only, which is no interval", async () => {
  const copy = await copyWith(() => true, 1_000);
  expect(copy).toMatchObject({ restored: 10, missing: [] });
  expect(copy.snapshotAt).toBeUndefined();
});

test("an empty copy misses all that was acknowledged before the backup", async () => {
  const copy = await copyWith(() => false, 2_000);
  expect(copy.restored).toBe(0);
  expect(copy.missing).toHaveLength(10);
});
