import { expect, test } from "vitest";
import { onProofDefined, runProof } from "./proof.ts";
import { onScenarioDefined } from "./scenario.ts";
import { runScenario } from "./run-scenario.ts";
import { temporaryRunOptions } from "./temporary-run.ts";

// Vitest loads this before each test file: a scenario or proof that the file defines becomes a test of it.

onScenarioDefined((definition) => {
  test(definition.title, async ({ signal }) => {
    const evidence = await runScenario(definition, await temporaryRunOptions(definition.name, signal));
    expect({ verdict: evidence.verdict, reasons: evidence.reasons }).toEqual({ verdict: "met", reasons: [] });
  });
});

onProofDefined((proof) => {
  test(proof.title, async ({ signal }) => {
    const result = await runProof(proof, await temporaryRunOptions(proof.name, signal));
    expect(result.differences).toEqual([]);
  });
});
