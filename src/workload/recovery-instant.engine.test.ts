import { expect, test } from "vitest";
import { calibrateRecovery } from "./calibrate-recovery.ts";
import { percentile } from "./percentile.ts";
import { startTestStores } from "./test-stores.ts";

test("outages of known length end inside the reported interval 10 times of 10", async () => {
  await using stores = await startTestStores();
  const plan = { count: 5, shortestMs: 150, longestMs: 900, restMs: 1500 };
  const { workload, naive } = await calibrateRecovery(stores, plan, 2);
  expect(workload).toMatchObject({ outages: 10, held: 10 });
  // The width depends on the machine, so the harness is held against naive writers that had the same one.
  expect(percentile(workload.widths, 95)).toBeLessThan(percentile(naive.widths, 95));
});
