import { z } from "zod";
import { sourceSchema } from "./run-schema.ts";

/** One look at backups that were there before the procedure, held against what was promised. */
export const retentionSchema = z.object({
  observedAtSeconds: z.number().describe("since the run's clock started"),
  promisedSeconds: z.number().describe("how long backups are to be kept"),
  promised: z
    .enum(["backups", "instants"])
    .default("backups")
    .describe("instants: the newest backup that is older is needed, and none before it"),
  source: sourceSchema.describe("the line that says so"),
  backups: z.array(
    z.object({
      backup: z.string().describe("what the story calls it"),
      place: z.string().describe("`operator`, the service that stores objects, or `archive on` a service"),
      ageSeconds: z.number(),
      good: z.boolean().describe("a restore from it works"),
      isLastGood: z.boolean().describe("the newest good one: it stays at whatever age"),
      due: z.enum(["keep", "delete", "either"]),
      found: z
        .enum(["whole", "incomplete", "hidden", "gone"])
        .describe("hidden: no restore finds it, and yet its content is there"),
      holds: z.boolean(),
    }),
  ),
});
