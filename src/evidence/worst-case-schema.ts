import { z } from "zod";
import { exposureCodes } from "../exposure/exposure-findings.ts";
import { sourceSchema } from "./run-schema.ts";

/** What a document can lose at worst, from its own lines, whatever one run measured. */
export const worstCaseSchema = z.object({
  file: z.string(),
  rpoSeconds: z.number().nullable(),
  rtoSeconds: z.number().nullable(),
  rows: z.array(
    z.object({
      disaster: z.enum([
        "node-lost",
        "nodes-lost",
        "logical-damage",
        "backup-store-lost",
        "configuration-lost",
      ]),
      store: z.enum(["database", "redis", "configuration"]),
      coveredBy: z.string().nullable().describe("the mechanism that brings most back; null: none"),
      loss: z.enum(["bounded", "unbounded", "not-known", "everything"]),
      lossSeconds: z.number().nullable(),
      isAtLeast: z.boolean(),
      promise: z.enum(["holds", "cannot-hold", "undecided", "none-stated"]),
      sentence: z.string(),
      lines: z.array(sourceSchema),
      others: z.array(z.string()),
    }),
  ),
  findings: z.array(
    z.object({
      code: z.enum(exposureCodes),
      message: z.string(),
      needed: z.string(),
      lines: z.array(sourceSchema),
    }),
  ),
  notUnderstood: z.array(z.object({ source: sourceSchema, why: z.string() })),
});
