import { z } from "zod";

/** Seconds since the run's clock started, unless a field says otherwise. */
const seconds = z.number();
const count = z.int().nonnegative();

export const verdictSchema = z.enum(["met", "missed", "inconclusive"]);

/** The line of a document that states something. */
export const sourceSchema = z.object({ file: z.string(), line: z.int().positive(), text: z.string() });

export const reasonSchema = z.object({
  code: z.string().describe("stable name in kebab-case"),
  message: z.string(),
  step: z.string().optional().describe("id of the step it is about"),
});

export const objectivesSchema = z.object({
  rtoSeconds: z.number().nullable().describe("met below it; null where the document states none"),
  rpoSeconds: z.number().nullable(),
  availabilityPercent: z.number().nullable(),
  source: z.object({
    rto: sourceSchema.nullable(),
    rpo: sourceSchema.nullable(),
    availability: sourceSchema.nullable(),
  }),
});

export const nodeStateSchema = z.object({
  node: z.string(),
  reachable: z.boolean(),
  role: z.enum(["primary", "replica"]).optional(),
  writable: z.boolean().optional(),
  timeline: z.int().optional(),
  identity: z.string().optional(),
  version: z.string().optional(),
  replication: z
    .object({ streaming: z.boolean(), synced: z.boolean(), lagBytes: z.number().optional() })
    .optional(),
  detail: z.string().optional(),
});

export const baselineSchema = z.object({
  ratePerSecond: z.record(z.string(), z.number()).describe("acknowledged requests per second, by stream"),
  nodes: z.array(nodeStateSchema),
  baseData: z.record(z.string(), z.number()).describe("rows or keys from before the run, by store"),
  lag: z.record(z.string(), z.object({ bytes: z.number(), slopeBytesPerSecond: z.number() })),
});

export const phaseSchema = z.object({
  phase: z.string(),
  startedAtSeconds: seconds,
  seconds: z.number().nonnegative(),
});

const faultReadingSchema = z.object({ inForce: z.boolean(), detail: z.string() });

export const faultSchema = z.object({
  name: z.string(),
  targets: z.array(z.string()),
  transient: z.boolean().describe("ends by its nature, so that it need not be in force at the end"),
  damage: z.boolean().optional().describe("of data, so that recovery has to undo it; default false"),
  calledAtSeconds: seconds.describe("just before the call that injected it"),
  observed: faultReadingSchema.nullable().describe("null: nothing observed it"),
  atRecovery: faultReadingSchema.nullable().describe("read back when service had returned"),
  liftedAtSeconds: seconds.nullable(),
});

export const integrityCheckSchema = z.object({
  name: z.string(),
  holds: z.boolean().nullable().describe("null: it could not be checked"),
  expected: z.string(),
  found: z.string(),
});

export const oracleSchema = z.union([
  z.literal("none"),
  z.array(
    z.object({
      store: z.string(),
      source: z.string().describe("what was read, for instance the WAL of each timeline"),
      agrees: z.boolean().nullable().describe("with the ledger; null where it could not be established"),
      figures: z.record(z.string(), z.string()).describe("what was read, in words"),
      detail: z.string(),
    }),
  ),
]);

export const applicationTargetSchema = z.object({
  service: z.string(),
  store: z.string(),
  host: z.string(),
  node: z.string().nullable().describe("null: nothing answered there"),
  writable: z.boolean(),
});

export const aftershockSchema = z.object({
  node: z.string(),
  durable: z.boolean(),
  seconds: z.number().nonnegative(),
  detail: z.string(),
});

export const exposureSchema = z.object({
  rpoSeconds: z.number().nullable().describe("worst case; null where nothing bounds it or nothing is known"),
  unbounded: z.boolean(),
  items: z.array(z.object({ name: z.string(), value: z.string(), source: z.string() })),
});

export const errorBudgetSchema = z.object({
  availabilityPercent: z.number(),
  budgetSecondsPerMonth: z.number(),
  outageSeconds: z.number(),
  usedShare: z.number().nullable().describe("1 is the budget of one month of 30 days; null: there is none"),
});

export const storeReconciliationSchema = z.object({
  store: z.string(),
  acknowledged: count,
  rejected: count,
  notSent: count,
  indeterminate: count,
  survivors: count,
  lost: count,
  phantoms: count,
  changedPayloads: count,
  duplicates: count,
  baseDataLost: count,
  gaps: count,
  recoveredIndeterminate: count,
  examples: z.array(z.string()).describe("the first of each kind of damage, in words"),
});
