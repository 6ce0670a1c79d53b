import { calibrateRecovery } from "../src/workload/testing/calibrate-recovery.ts";
import { percentile } from "../src/workload/percentile.ts";
import { startTestStores } from "../src/workload/testing/test-stores.ts";
import { atMost } from "./bench-row.ts";
import type { BenchRow } from "./bench-row.ts";

/** How tightly the ledger bounds the instant of recovery, against eight naive writers under the same outages. */
export async function measureRecoveryInstant(): Promise<BenchRow[]> {
  await using stores = await startTestStores();
  const plan = { count: 10, shortestMs: 200, longestMs: 800, restMs: 700 };
  const { workload, naive } = await calibrateRecovery(stores, plan, 4);
  const row = (percent: number): BenchRow =>
    atMost(0.5, {
      job: `instant of recovery, width of the interval, p${percent}`,
      byHand: percentile(naive.widths, percent),
      here: percentile(workload.widths, percent),
      unit: "ms",
      note: `truth inside ${workload.held} of ${workload.outages}`,
    });
  return [row(50), row(95)];
}
