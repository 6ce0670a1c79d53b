import { z } from "zod";
import { backupFindingCodes } from "./backup-finding.ts";

export const backupProofVersion = 1;

const tableSchema = z.object({
  database: z.string(),
  table: z.string(),
  result: z
    .enum(["same", "same-rows", "differs", "missing", "unexpected", "not-compared"])
    .describe("against what was expected; same-rows: as many, and nothing said what is in them"),
  rows: z.string().nullable().describe("in the backup"),
  digest: z.string().nullable().describe("sum of the 64-bit hashes of its rows"),
  expectedRows: z.string().nullable(),
  expectedDigest: z.string().nullable(),
  firstDifferences: z
    .array(z.object({ key: z.string(), difference: z.enum(["changed", "missing", "unexpected"]) }))
    .describe("rows by primary key, where a source could be asked; what is in them is not recorded"),
});

const checkSchema = z.object({
  name: z.string(),
  outcome: z.enum(["passed", "failed", "not-run"]),
  ofData: z
    .boolean()
    .describe(
      "it compares what came back with something that the backup did not say itself, so it could fail",
    ),
  detail: z.string(),
});

/** `backup-proof.json`: what was found out about one backup file. */
export const backupProofSchema = z
  .object({
    schemaVersion: z.literal(backupProofVersion),
    runId: z.string(),
    startedAt: z.string().describe("RFC 3339, UTC"),
    verdict: z.enum(["met", "missed", "inconclusive"]).describe("met: the backup is proven"),
    reasons: z.array(z.object({ code: backupFindingCodes, message: z.string() })),
    backup: z.object({
      file: z.string(),
      bytes: z.int().nonnegative(),
      sha256: z.string().nullable().describe("of the file as it is; null where it was not read to its end"),
      modifiedAt: z.string().describe("RFC 3339, UTC"),
      wrappings: z.array(z.string()).describe("outermost first, as in [cms-der, gzip]"),
      kind: z.string().nullable().describe("null where nothing came out that could be restored"),
      unpackedBytes: z.int().nonnegative().nullable(),
      database: z.string().nullable(),
      dumpedFrom: z.string().nullable().describe("version of the server"),
      dumpedBy: z.string().nullable().describe("version of pg_dump"),
      madeAt: z.string().nullable().describe("RFC 3339, UTC"),
      madeAtFrom: z.enum(["manifest", "dump", "nothing"]),
    }),
    globals: z.object({ file: z.string(), bytes: z.int().nonnegative(), sha256: z.string() }).nullable(),
    expectation: z
      .object({ origin: z.enum(["manifest", "source"]), label: z.string(), complete: z.boolean() })
      .nullable(),
    server: z.object({ image: z.string(), imageId: z.string(), version: z.string() }).nullable(),
    checks: z.array(checkSchema),
    tables: z.array(tableSchema),
    notProven: z.array(z.string()).describe("what this run says nothing about"),
    restoreSeconds: z
      .number()
      .nullable()
      .describe("fetch, unpack and load; the server's start is no part of it"),
    phases: z.array(z.object({ name: z.string(), seconds: z.number() })),
    limits: z.object({
      diskBytes: z.int().positive(),
      memoryBytes: z.int().positive(),
      processes: z.int().positive(),
      timeMs: z.int().positive(),
      unpackRatio: z.number().positive(),
    }),
    engine: z.object({ version: z.string(), apiVersion: z.string() }).nullable(),
  })
  .meta({ title: "What was found out about one backup file" });

export type BackupProof = z.infer<typeof backupProofSchema>;
export type ProofTable = BackupProof["tables"][number];
export type ProofCheck = BackupProof["checks"][number];
