import { expect, test } from "vitest";
import { assembleEvidence } from "../evidence/assemble.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { sampleMetRun } from "../evidence/testing/sample-met.ts";
import type { DrillRun } from "./drill.ts";
import { restoreProjection } from "./restore-projection.ts";

const sample = assembleEvidence(sampleMetRun().input);
const mebibyte = 1_048_576;

const copy: Evidence["restores"][number] = {
  store: "postgres",
  service: "postgres-test",
  restoredWrites: 1,
  missingWrites: 0,
  afterSnapshot: 0,
  baseDataLost: 0,
  phantoms: 0,
  changedPayloads: 0,
  duplicates: 0,
  gaps: 0,
  snapshotAtSeconds: null,
};

function restore(mebibytes: number, seconds: number | null, restores = 1): DrillRun {
  const evidence: Evidence = {
    ...sample,
    kind: "restore",
    measured: { ...sample.measured, rtoSeconds: seconds },
    restores: Array.from({ length: restores }, () => ({ ...copy, databaseBytes: mebibytes * mebibyte })),
  };
  return { scenario: evidence.scenario, folder: evidence.scenario, evidence };
}

const sizes = [10, 20, 40, 80, 160];
const runs = sizes.flatMap((size) => [0, 0.2, 0.4].map((noise) => restore(size, 5 + size / 10 + noise)));

test("five sizes with three restores each give a line, and the time of the size of production", () => {
  expect(restoreProjection(runs, 1024 * mebibyte)).toMatchObject({
    kind: "projected",
    objectiveSeconds: 900,
    real: { kind: "predicted", fits: "yes" },
  });
});

test("too few sizes are no line, and say why", () => {
  expect(restoreProjection([restore(10, 6)], 1024 * mebibyte)).toMatchObject({
    kind: "not-projected",
    why: "Only 1 of the 5 sizes that a projection needs were measured.",
  });
});

test.each([
  ["restores of one size, of which nobody asks more", [restore(10, 6), restore(10, 6.5)]],
  ["an outage", [{ scenario: "x", folder: "x", evidence: sample }]],
  ["restores that did not end well", [restore(10, null), restore(20, null)]],
  ["runs with several restores, which have no one time", [restore(10, 6, 3), restore(20, 7, 3)]],
])("%s show nothing of restore time by size", (_, without) => {
  expect(restoreProjection(without)).toBeUndefined();
});
