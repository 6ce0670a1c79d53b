import { z } from "zod";
import { drillRecordSchema } from "./drill-record.ts";
import { evidenceSchema } from "./evidence.ts";

/** The published JSON Schemas (draft 2020-12), by file name in `schema/`. They allow fields that are not known yet. */
export function publishedSchemas(): Record<string, string> {
  return {
    "evidence.schema.json": format(evidenceSchema),
    "drill.schema.json": format(drillRecordSchema),
  };
}

function format(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: "input" }), undefined, 2)}\n`;
}
