import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { assembleEvidence } from "../evidence/assemble.ts";
import { sampleMetRun } from "../evidence/testing/sample-met.ts";
import { recordDrill } from "./record-drill.ts";

const evidence = assembleEvidence(sampleMetRun().input);
const met = { scenario: evidence.scenario, folder: evidence.scenario, evidence };
const drill = { name: "repeats", title: "Repeats", startedAt: "2026-11-24T00:00:00Z", drill: undefined };

async function folder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "drill-record-"));
}

test("repeats that are all met are met", async () => {
  const record = await recordDrill(await folder(), { ...drill, runs: [met, met], planned: 2 });
  expect(record).toMatchObject({ verdict: "met", items: [{ verdict: "met" }] });
});

test("a run that left no evidence does not let the others pass for all", async () => {
  const record = await recordDrill(await folder(), { ...drill, runs: [met, met], planned: 3 });
  expect(record).toMatchObject({
    verdict: "inconclusive",
    items: [{ text: "All 3 runs meet the objectives", verdict: "inconclusive" }],
  });
});
