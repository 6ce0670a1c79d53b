import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { backupProofSchema, type BackupProof } from "./backup-proof-schema.ts";
import { fleetSchema } from "./fleet.ts";
import { manifestSchema } from "./manifest.ts";
import { renderProof } from "./proof-report.ts";

// Compiling a schema takes seconds on a machine that does ten other things.
vi.setConfig({ testTimeout: 60_000 });

const schemas = {
  "backup-proof.schema.json": backupProofSchema,
  "backup-manifest.schema.json": manifestSchema,
  "backup-fleet.schema.json": fleetSchema,
};

const published = (schema: z.ZodType): string =>
  `${JSON.stringify(z.toJSONSchema(schema, { io: "input" }), undefined, 2)}\n`;

const proof: BackupProof = {
  schemaVersion: 1,
  runId: "k3f9a2c1",
  startedAt: "2026-11-24T11:31:41Z",
  verdict: "missed",
  reasons: [{ code: "table-differs", message: "public.trade came back | with <b>other</b> rows." }],
  backup: {
    file: "/backups/shop.dump",
    bytes: 18_716,
    sha256: "54aea9f7",
    modifiedAt: "2026-11-24T02:00:00Z",
    wrappings: ["cms-der", "gzip"],
    kind: "plain-dump",
    unpackedBytes: 55_041,
    database: null,
    dumpedFrom: "17.12",
    dumpedBy: "17.12",
    madeAt: null,
    madeAtFrom: "nothing",
  },
  globals: null,
  expectation: { origin: "manifest", label: "the manifest m", complete: true },
  server: { image: "postgres:17", imageId: "sha256:5f64fc240cae", version: "17.12" },
  checks: [
    { name: "every table is as the manifest m says", outcome: "failed", ofData: true, detail: "trade" },
  ],
  tables: [
    {
      database: "restored",
      table: "public.trade",
      result: "differs",
      rows: "300",
      digest: "10",
      expectedRows: "300",
      expectedDigest: "11",
      firstDifferences: [{ key: "(42)", difference: "changed" }],
    },
  ],
  notProven: ["Encryption: none was asked for."],
  restoreSeconds: 1.5,
  phases: [{ name: "restore", seconds: 1.2 }],
  limits: { diskBytes: 2 ** 32, memoryBytes: 2 ** 30, processes: 256, timeMs: 1_800_000, unpackRatio: 250 },
  engine: { version: "28.0", apiVersion: "1.48" },
};

// After a deliberate change: npx vitest run --project unit src/backup-proof/backup-proof-schema.test.ts -u
test.each(Object.entries(schemas))("schema/%s is what the code says", async (name, schema) => {
  await expect(published(schema)).toMatchFileSnapshot(`../../schema/${name}`);
});

test("another validator accepts a record, and refuses a wrong one", () => {
  const validate = new Ajv2020({ strict: true, allErrors: true }).compile(
    JSON.parse(published(backupProofSchema)) as object,
  );
  validate(proof);
  expect(validate.errors).toBeNull();
  expect(validate({ ...proof, verdict: "passed" })).toBe(false);
  expect(validate({ ...proof, reasons: [{ code: "bad-luck", message: "" }] })).toBe(false);
});

test("the report says what is wrong, what is not proven, and can't be made to say anything else", () => {
  const report = renderProof(proof);
  expect(report).toContain("**Not a good backup.**");
  expect(report).toContain("public.trade came back \\| with &lt;b&gt;other&lt;/b&gt; rows.");
  expect(report).toContain("(42) changed");
  expect(report).toContain("## Not proven");
});
