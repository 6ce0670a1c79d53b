import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it, vi } from "vitest";
import { assembleEvidence } from "./assemble.ts";
import { distributionOf } from "./distribution.ts";
import type { DrillRecord } from "./drill-record.ts";
import { publishedSchemas } from "./json-schema.ts";
import { sampleInterruptedRun } from "./testing/sample-interrupted.ts";
import { sampleMetRun } from "./testing/sample-met.ts";
import { sampleMissedRun } from "./testing/sample-missed.ts";

// Compiling a schema takes seconds on a machine that does ten other things.
vi.setConfig({ testTimeout: 60_000 });

const schemas = publishedSchemas();

function validator(name: string) {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  return ajv.compile(JSON.parse(schemas[name] ?? "") as object);
}

const evidences = [sampleMetRun(), sampleMissedRun(), sampleInterruptedRun()].map((run) =>
  assembleEvidence(run.input),
);

describe("published schema", () => {
  // After a deliberate change: npx vitest run --project unit src/evidence/json-schema.test.ts -u
  it.each(Object.entries(schemas))("schema/%s is what the code says", async (name, content) => {
    await expect(content).toMatchFileSnapshot(`../../schema/${name}`);
  });

  it.each(evidences.map((evidence) => [evidence.verdict, evidence] as const))(
    "another validator accepts the evidence of a run that is %s",
    (_verdict, evidence) => {
      const validate = validator("evidence.schema.json");
      validate(JSON.parse(JSON.stringify(evidence)));
      expect(validate.errors).toBeNull();
    },
  );

  it.each([
    ["verdict", "passed"],
    ["schemaVersion", 2],
    ["steps", [{ id: "1" }]],
    ["measured", { rtoSeconds: "5" }],
    ["oracle", "some"],
    ["selfTest", { result: "passed" }],
    ["runId", undefined],
  ])("another validator refuses a wrong %s", (field, value) => {
    const validate = validator("evidence.schema.json");
    const [evidence] = evidences;
    expect(validate(JSON.parse(JSON.stringify({ ...evidence, [field]: value })))).toBe(false);
  });

  it("a field that is not known yet is accepted", () => {
    expect(validator("evidence.schema.json")({ ...evidences[0], later: true })).toBe(true);
  });

  it("another validator accepts the record of a drill", () => {
    const drill: DrillRecord = {
      schemaVersion: 1,
      drill: "failover",
      title: "Failover",
      startedAt: "2026-11-24T07:50:11Z",
      verdict: "met",
      items: [{ text: "Failover completes within RTO (15 min)", line: 281, verdict: "met", evidence: ["a"] }],
      distributions: [distributionOf(evidences)],
    };
    const validate = validator("drill.schema.json");
    validate(drill);
    expect(validate.errors).toBeNull();
    expect(validate({ ...drill, items: [{ text: "x" }] })).toBe(false);
  });
});
