import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readCommit } from "../../src/authoring/environment.ts";
import { projectDirectory } from "../../src/authoring/project-directory.ts";
import { readDrillRecord } from "../../src/evidence/reader.ts";
import { drill } from "../command-line.ts";

/** Runs in a row, each with another instant of the fault. */
const runs = 20;

test.each(["database-failover", "redis-failover"])("%s is met 20 times of 20", async (name) => {
  const out = join(await mkdtemp(join(tmpdir(), "drill-soak-")), name);
  const { status, stderr } = await drill([name, "--repeat", String(runs), "--seed", "soak", "--out", out]);
  const record = await readDrillRecord(out);
  const result = { commit: (await readCommit()).commit, finishedAt: new Date().toISOString(), ...record };
  await writeFile(
    join(projectDirectory, "reports/soak", `${name}.json`),
    `${JSON.stringify(result, undefined, 2)}\n`,
  );
  expect(record.distributions, stderr.slice(-2000)).toMatchObject([
    { runs, met: runs, missed: 0, inconclusive: 0 },
  ]);
  expect(status).toBe(0);
});
