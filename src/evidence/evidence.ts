import { z } from "zod";
import { archivingSchema } from "./archiving-schema.ts";
import { damageCheckSchema } from "./damage-check-schema.ts";
import { environmentSchema, selfTestSchema } from "./environment-schema.ts";
import { lossSchema, measuredSchema } from "./measured-schema.ts";
import {
  aftershockSchema,
  applicationTargetSchema,
  baselineSchema,
  errorBudgetSchema,
  exposureSchema,
  faultSchema,
  integrityCheckSchema,
  objectivesSchema,
  oracleSchema,
  phaseSchema,
  reasonSchema,
  storeReconciliationSchema,
  verdictSchema,
} from "./run-schema.ts";
import { replicationSchema } from "./replication-schema.ts";
import { backupArtefactSchema, restoredApplicationSchema, restoredCopySchema } from "./restore-schema.ts";
import { retentionSchema } from "./retention-schema.ts";
import { worstCaseSchema } from "./worst-case-schema.ts";
import { runbookSchema, stepSchema } from "./step-schema.ts";

/** Raised when a field changes its meaning or goes. A further field is no new version: readers ignore what they don't know. */
export const evidenceSchemaVersion = 1;

/**
 * The record of one run from which every report can be made again. Instants are seconds since the run's clock started, null is
 * what could not be measured, and what exceeds 2^53 (LSNs, nanoseconds, transaction ids) is text.
 */
export const evidenceSchema = z
  .object({
    schemaVersion: z.literal(evidenceSchemaVersion),
    scenario: z.string(),
    title: z.string(),
    kind: z.enum(["outage", "restore", "procedure"]),
    runId: z.string(),
    system: z.string(),
    seed: z.string(),
    startedAt: z.string().describe("RFC 3339, UTC"),
    durationSeconds: z.number().nonnegative(),
    verdict: verdictSchema,
    reasons: z.array(reasonSchema),
    runbook: runbookSchema.nullable(),
    before: z
      .array(runbookSchema)
      .default([])
      .describe("procedures that the story follows before the runbook"),
    objectives: objectivesSchema,
    measured: measuredSchema,
    baseline: baselineSchema.nullable(),
    phases: z.array(phaseSchema),
    faults: z.array(faultSchema),
    steps: z.array(stepSchema),
    losses: z.array(lossSchema),
    reconciliations: z.array(storeReconciliationSchema),
    replication: z
      .array(replicationSchema)
      .default([])
      .describe("writes on a primary whose arrival on a replica was waited for, in order"),
    backups: z.array(backupArtefactSchema).default([]).describe("files that a backup left"),
    checks: z.array(damageCheckSchema).default([]).describe("planted damages, and which steps noticed each"),
    restores: z.array(restoredCopySchema).default([]).describe("restored copies against the ledger"),
    retention: z
      .array(retentionSchema)
      .default([])
      .describe("looks at backups that were there before the procedure"),
    archiving: z
      .array(archivingSchema)
      .default([])
      .describe("looks at what the archive gave out for WAL that a server had just finished"),
    restoredApplications: z
      .array(restoredApplicationSchema)
      .default([])
      .describe("the application, started from a restored configuration"),
    integrity: z.array(integrityCheckSchema),
    oracle: oracleSchema,
    exposure: exposureSchema.nullable(),
    worstCase: worstCaseSchema
      .nullable()
      .default(null)
      .describe("what the document can lose at worst; null where it was not read for that"),
    errorBudget: errorBudgetSchema.nullable(),
    applicationTargets: z.array(applicationTargetSchema),
    aftershock: aftershockSchema.nullable(),
    notices: z.array(z.string()),
    partial: z
      .array(z.object({ what: z.string(), why: z.string() }))
      .describe("what evidence is missing, and why"),
    environment: environmentSchema,
    selfTest: selfTestSchema,
    files: z
      .array(z.object({ path: z.string(), bytes: z.int().nonnegative(), sha256: z.string() }))
      .describe("the other files of this folder that the reports are made from"),
  })
  .meta({
    title: "Evidence of one run of a disaster-recovery scenario",
    description:
      "Instants are seconds since the run's clock started. null: it could not be measured. Readers ignore fields that they don't know.",
  });

export type Evidence = z.infer<typeof evidenceSchema>;
export type EvidenceStep = Evidence["steps"][number];
export type EvidenceEnvironment = Evidence["environment"];
export type EvidenceSelfTest = Evidence["selfTest"];
export type IntegrityCheck = Evidence["integrity"][number];
export type EvidenceFile = Evidence["files"][number];
