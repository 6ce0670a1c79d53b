import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Evidence } from "../../src/evidence/evidence.ts";
import { drill } from "../command-line.ts";

/** What a busy machine does by itself: a request that timed out after the verification keeps service from having been back. */
const figuresOnly = new Set(["premature-verification", "too-many-indeterminate"]);

test("two runs side by side do not touch each other, and say that they shared the machine", async () => {
  const out = await mkdtemp(join(tmpdir(), "drill-side-by-side-"));
  const runs = await Promise.all(
    ["a", "b"].map((name) => drill(["database-failover", "--json", "--out", join(out, name)])),
  );
  const evidences = runs.map(({ stdout }) => JSON.parse(stdout) as Evidence);
  expect(new Set(evidences.map(({ runId }) => runId)).size).toBe(2);
  for (const { reasons, steps, integrity, measured, faults, environment } of evidences) {
    expect(reasons.filter(({ code }) => !figuresOnly.has(code))).toEqual([]);
    expect(steps.map(({ outcome }) => outcome)).toEqual(steps.map(() => "succeeded"));
    expect(integrity.filter(({ holds }) => holds !== true)).toEqual([]);
    expect(measured.divergentWrites).toBe(0);
    // Its own fault, and none of the other's.
    expect(faults).toHaveLength(1);
    expect(environment.shared).toBe(true);
  }
});
