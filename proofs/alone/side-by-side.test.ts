import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { drill } from "../command-line.ts";

test("two runs side by side do not touch each other, and say that they shared the machine", async () => {
  const out = await mkdtemp(join(tmpdir(), "drill-side-by-side-"));
  const runs = await Promise.all(
    ["a", "b"].map((name) => drill(["database-failover", "--json", "--out", join(out, name)])),
  );
  for (const run of runs) {
    const evidence = JSON.parse(run.stdout) as {
      verdict: string;
      reasons: unknown[];
      environment: { shared: boolean };
    };
    expect({ status: run.status, verdict: evidence.verdict, reasons: evidence.reasons }).toEqual({
      status: 0,
      verdict: "met",
      reasons: [],
    });
    expect(evidence.environment.shared).toBe(true);
  }
});
