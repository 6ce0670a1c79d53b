import { expect, test } from "vitest";
import { assembleEvidence } from "../evidence/assemble.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { sampleMetRun } from "../evidence/testing/sample-met.ts";
import { verdictSentence } from "./verdict-sentence.ts";

const sample = assembleEvidence(sampleMetRun().input);

const copy: Evidence["restores"][number] = {
  store: "postgres",
  service: "postgres-test",
  restoredWrites: 10,
  missingWrites: 0,
  afterSnapshot: 3,
  baseDataLost: 0,
  phantoms: 0,
  changedPayloads: 0,
  duplicates: 0,
  gaps: 0,
  snapshotAtSeconds: null,
};

function recovered(laterWrites: number | null): Evidence["restores"][number] {
  const recovery = { target: "2026-11-09 01:59:59+00", expectedWrites: 10, missingWrites: 0, laterWrites };
  return { ...copy, recovery: { ...recovery, stopsBefore: null, undecided: null } };
}

function sentenceOf(restores: Evidence["restores"]): string {
  return verdictSentence({
    ...sample,
    kind: "restore",
    measured: { ...sample.measured, rtoSeconds: 12 },
    restores,
  });
}

test("a restore says that what the backup had to hold is there", () => {
  expect(sentenceOf([copy])).toContain("everything that was acknowledged before the backup began");
  expect(sentenceOf([{ ...copy, missingWrites: 1 }])).toContain("the restored copy is incomplete");
});

test("recoveries to instants say how many came back exactly", () => {
  expect(sentenceOf([recovered(0), recovered(2), recovered(null)])).toContain(
    "1 of 3 instants came back with exactly what had committed by then",
  );
});
