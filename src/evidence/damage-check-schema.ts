import { z } from "zod";

const readingSchema = z.object({ holds: z.boolean(), detail: z.string() });

/** One damage that was planted to see whether the runbook's checks notice it. */
export const damageCheckSchema = z.object({
  damage: z.string(),
  planted: readingSchema.describe("in force from before the first step to after the last"),
  undone: readingSchema.describe("the data is again what it was before"),
  noticed: z.boolean().nullable().describe("null: it was not planted"),
  noticedBy: z.array(
    z.object({
      step: z.string(),
      title: z.string(),
      line: z.int().positive().describe("of the command that raised the alarm"),
      printed: z.string().describe("what that printed last, redacted"),
    }),
  ),
});
