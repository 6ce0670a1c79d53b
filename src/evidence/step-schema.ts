import { z } from "zod";

export const stepSchema = z.object({
  id: z.string(),
  title: z.string(),
  heading: z.string(),
  file: z.string().optional().describe("the document that it stands in"),
  line: z.int().positive().describe("1-based line of its first command in the runbook's file"),
  command: z.string(),
  kind: z.enum(["command", "manual"]),
  outcome: z.enum(["succeeded", "failed", "timed-out", "no-effect", "manual", "not-run"]),
  already: z.boolean().describe("its effect held before it ran"),
  exitStatus: z.int().nullable().describe("the first that was not 0; null where none was reached"),
  startedAtSeconds: z
    .number()
    .nullable()
    .describe("since the run's clock started; null where it did not run"),
  seconds: z.number().nonnegative(),
  output: z.string().describe("redacted"),
  reason: z.string().nullable(),
  effect: z.object({ name: z.string(), from: z.string() }).nullable().describe("what had to hold afterwards"),
  changes: z.array(
    z.object({ kind: z.string(), subject: z.string(), before: z.string(), after: z.string() }),
  ),
  executedIn: z.array(z.string()),
  commands: z.array(
    z.object({
      text: z.string(),
      line: z.int().positive(),
      exitStatus: z.int().nullable(),
      seconds: z.number().nonnegative(),
      output: z.string(),
      printedError: z.string().nullable().describe("an error it printed although it exited 0"),
      ended: z.enum(["timeout", "waited-for-input"]).nullable().describe("why the harness ended it"),
    }),
  ),
});

export const runbookSchema = z.object({
  file: z.string(),
  slug: z.string(),
  heading: z.string(),
  line: z.int().positive(),
  sha256: z.string(),
});
