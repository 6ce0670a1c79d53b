import { z } from "zod";

const count = z.int().nonnegative();

/** Not before `from`, not after `to`; seconds since the run's clock started. */
const intervalSchema = z.object({ from: z.number(), to: z.number() });

export const lostWriteSchema = z.object({
  id: z.int(),
  stream: z.string(),
  writer: z.int(),
  sentAtSeconds: z.number(),
  answeredAtSeconds: z.number(),
  answeredBy: z.string().nullable(),
});

export const lossSchema = z.object({
  store: z.string(),
  atFailover: count.describe("what the RPO counts"),
  total: count.describe("with what was destroyed later"),
  rpoSeconds: z.number().nullable(),
  first: lostWriteSchema.nullable(),
  last: lostWriteSchema.nullable(),
  file: z.string().nullable().describe("the list, relative to this folder"),
});

export const measuredSchema = z.object({
  faultAtSeconds: z.number().nullable().describe("t0, since the run's clock started"),
  rtoSeconds: z
    .number()
    .nullable()
    .describe("upper bound, with documented delays that the run did not wait out"),
  rtoMeasuredSeconds: z.number().nullable().describe("upper bound, without them"),
  rtoIntervalSeconds: z.object({ lower: z.number(), upper: z.number() }).nullable(),
  rtoParts: z.array(z.object({ name: z.string(), seconds: z.number() })),
  documentedDelays: z.array(
    z.object({
      name: z.string(),
      seconds: z.number(),
      source: z.object({ file: z.string(), line: z.int().positive(), text: z.string() }),
    }),
  ),
  rpoSeconds: z
    .number()
    .nullable()
    .describe("the worst store's; of a restore what the document's schedules can lose"),
  rpoAtLeastWindow: z.boolean().describe("loss reaches the first write or the data before the run"),
  windowSeconds: z
    .number()
    .nullable()
    .describe("from the first acknowledged write to t0 or the last lost one"),
  lostWrites: count.nullable(),
  divergentWrites: count.nullable(),
  acknowledgedWrites: count.nullable(),
  indeterminateWrites: count.nullable(),
  mttdSeconds: z.number().nullable().describe("from t0 until a probe saw it"),
  mttrSeconds: z.number().nullable().describe("from there until service was back"),
  streams: z.array(
    z.object({
      stream: z.string(),
      store: z.string(),
      via: z.enum(["application", "direct"]),
      operation: z.enum(["write", "read"]),
      firstFailureAtSeconds: z.number().nullable(),
      returnedAtSeconds: intervalSchema.nullable(),
      islands: z.array(intervalSchema).describe("successes between fault and return that did not last"),
      detail: z.string().nullable(),
    }),
  ),
});
