import { z } from "zod";

const archiverSchema = z
  .object({
    archived: z.number(),
    failed: z.number(),
    lastArchived: z.string().nullable(),
    lastFailed: z.string().nullable(),
  })
  .describe("pg_stat_archiver");

/** WAL that a server finished while the run looked, and what its archive gave out for it. */
export const archivingSchema = z.object({
  observedAtSeconds: z.number().describe("since the run's clock started"),
  node: z.string().describe("the server that finished it"),
  settings: z.object({
    mode: z.string(),
    command: z.string(),
    timeoutSeconds: z.number().describe("0: a segment leaves only when it is full"),
  }),
  before: archiverSchema,
  after: archiverSchema,
  segments: z.array(
    z.object({
      segment: z.string(),
      waitedSeconds: z.number().nonnegative(),
      copies: z.array(
        z.object({
          service: z.string().describe("the server that fetched it, the one that wrote it first"),
          content: z.enum(["same", "different", "none"]),
          detail: z.string(),
        }),
      ),
    }),
  ),
  overwrite: z
    .object({
      segment: z.string(),
      exitStatus: z.number(),
      unchanged: z.boolean().describe("the archive still gives out what was there before"),
      detail: z.string(),
    })
    .nullable()
    .describe("another content under the name of an archived segment; null where none had arrived"),
});
