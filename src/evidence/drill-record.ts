import { z } from "zod";
import { verdictSchema } from "./run-schema.ts";

export const drillSchemaVersion = 1;

const quantilesSchema = z.object({ min: z.number(), median: z.number(), p95: z.number(), max: z.number() });

/** What repeats of one scenario showed. One run is no probability; this is as far as several go. */
const distributionSchema = z.object({
  scenario: z.string(),
  runs: z.int().positive(),
  met: z.int().nonnegative(),
  missed: z.int().nonnegative(),
  inconclusive: z.int().nonnegative(),
  rtoSeconds: quantilesSchema.nullable(),
  rpoSeconds: quantilesSchema.nullable(),
  lostWrites: quantilesSchema.nullable(),
  confidence: z.number().describe("of the bound, for instance 0.95"),
  probabilityOfMetAtLeast: z
    .number()
    .describe("Clopper-Pearson, one-sided, over the runs that were conclusive; 0 where there are none"),
});

/** `drill.json`: a dated checklist, each item of it proven or refuted by evidence. */
export const drillRecordSchema = z
  .object({
    schemaVersion: z.literal(drillSchemaVersion),
    drill: z.string(),
    title: z.string(),
    startedAt: z.string().describe("RFC 3339, UTC"),
    verdict: verdictSchema,
    items: z.array(
      z.object({
        text: z.string(),
        line: z.int().positive().nullable().describe("of the document that asks for it"),
        verdict: verdictSchema,
        evidence: z.array(z.string()).describe("folders, relative to this file"),
      }),
    ),
    distributions: z.array(distributionSchema),
  })
  .meta({ title: "A drill: a dated checklist over the evidence of its scenarios" });

export type DrillRecord = z.infer<typeof drillRecordSchema>;
export type Distribution = DrillRecord["distributions"][number];
