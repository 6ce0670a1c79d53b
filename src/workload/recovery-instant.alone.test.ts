import { expect, test } from "vitest";
import { calibrateRecovery } from "./testing/calibrate-recovery.ts";
import { startTestStores } from "./testing/test-stores.ts";

// How narrow the interval is depends on what else the machine does: `bench/recovery-instant.ts` holds it against naive writers.
test("outages of known length end inside the reported interval 10 times of 10", async () => {
  await using stores = await startTestStores();
  const plan = { count: 5, shortestMs: 150, longestMs: 900, restMs: 1500 };
  const { workload } = await calibrateRecovery(stores, plan, 2);
  expect(workload).toMatchObject({ outages: 10, held: 10 });
  expect(workload.widths.every(Number.isFinite)).toBe(true);
});
