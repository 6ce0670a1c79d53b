import { z } from "zod";

const count = z.int().nonnegative();

/** One file that a backup left. */
export const backupArtefactSchema = z.object({
  place: z.string().describe("`operator`, or the service that stores objects"),
  path: z.string(),
  bytes: count,
  sha256: z.string(),
  format: z.string().describe("what its first bytes say that it is"),
});

/** A recovery to an instant, held against what the WAL says was committed by then. */
const recoverySchema = z.object({
  target: z.string().describe("of the database server's clock"),
  stopsBefore: z
    .object({ lsn: z.string(), at: z.string() })
    .nullable()
    .describe("the first commit or abort later than the target; null where the WAL does not tell"),
  expectedWrites: count.nullable().describe("that committed before it"),
  missingWrites: count.nullable().describe("of those, not in the copy"),
  laterWrites: count.nullable().describe("in the copy, though they committed later"),
  undecided: z.string().nullable().describe("why the WAL does not tell"),
});

/** The application, started from a restored configuration. */
export const restoredApplicationSchema = z.object({
  service: z.string(),
  healthy: z.boolean().describe("it says so itself"),
  detail: z.string(),
  differing: z
    .array(z.string())
    .describe("variables that are not as in the application in force, the hosts of its stores aside"),
  sealed: z
    .object({
      kept: count.describe("encrypted values that the application in force can open"),
      readable: count.describe("those that the restored key opens in the restored database"),
    })
    .nullable()
    .describe("null: not read"),
});

/** A restored copy, held against the ledger. */
export const restoredCopySchema = z.object({
  store: z.string(),
  service: z.string(),
  restoredWrites: count.describe("acknowledged writes of the run that are in it"),
  missingWrites: count.describe("acknowledged before the backup began, and not in it"),
  afterSnapshot: count.describe("acknowledged later, and not in it: what a disaster now would cost"),
  baseDataLost: count,
  phantoms: count,
  changedPayloads: count,
  duplicates: count,
  gaps: count.describe("missing before a write that is there: not one snapshot"),
  snapshotAtSeconds: z
    .object({ from: z.number(), to: z.number() })
    .nullable()
    .describe("bounds of the snapshot's instant, since the run's clock started"),
  databaseBytes: count
    .nullable()
    .optional()
    .describe("that the database takes, indexes included; null where it is none"),
  recovery: recoverySchema
    .nullable()
    .optional()
    .describe("of a copy that was to be recovered to an instant; else null"),
});
