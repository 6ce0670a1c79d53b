import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readCommit } from "../../src/authoring/environment.ts";
import { projectDirectory } from "../../src/authoring/project-directory.ts";
import { calibrateRecovery } from "../../src/workload/testing/calibrate-recovery.ts";
import { percentile } from "../../src/workload/percentile.ts";
import { startTestStores } from "../../src/workload/testing/test-stores.ts";

const outagesPerRound = 10;
const rounds = 10;

test("outages of known length end inside the reported interval 100 times of 100, half as wide as naive writers'", async () => {
  await using stores = await startTestStores();
  const plan = { count: outagesPerRound, shortestMs: 150, longestMs: 900, restMs: 1500 };
  const { workload, naive } = await calibrateRecovery(stores, plan, rounds);
  const widths = { here: percentile(workload.widths, 95), naive: percentile(naive.widths, 95) };
  const result = {
    commit: (await readCommit()).commit,
    finishedAt: new Date().toISOString(),
    outages: workload.outages,
    held: workload.held,
    widthP95Ms: widths,
  };
  await writeFile(
    join(projectDirectory, "reports/soak/recovery-instant.json"),
    `${JSON.stringify(result, undefined, 2)}\n`,
  );
  expect(workload).toMatchObject({ outages: outagesPerRound * rounds, held: outagesPerRound * rounds });
  expect(widths.here).toBeLessThanOrEqual(0.5 * widths.naive);
});
