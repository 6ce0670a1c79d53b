import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { onProofDefined, runProof } from "./proof.ts";
import { onScenarioDefined } from "./scenario.ts";
import { runScenario } from "./run-scenario.ts";
import { temporaryRunOptions } from "./temporary-run.ts";

// Vitest loads this before each test file: a scenario or proof that the file defines becomes a test of it.

onScenarioDefined((definition) => {
  test(definition.title, async ({ signal }) => {
    const options = await temporaryRunOptions(definition.name, signal);
    const { verdict, reasons } = await runScenario(definition, options);
    expect({ verdict, reasons }, options.outDirectory).toEqual({ verdict: "met", reasons: [] });
    await rm(options.outDirectory, { recursive: true });
  });
});

onProofDefined((proof) => {
  test(proof.title, async ({ signal }) => {
    const options = await temporaryRunOptions(proof.name, signal);
    const { differences } = await runProof(proof, options);
    expect(differences, options.outDirectory).toEqual([]);
    await rm(options.outDirectory, { recursive: true });
  });
});
