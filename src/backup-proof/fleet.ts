import { readFile } from "node:fs/promises";
import { z } from "zod";
import { HarnessError } from "../harness-error.ts";

/** One backup of a fleet: the options of the command, by their names in camel case. */
const entrySchema = z.strictObject({
  name: z.string().regex(/^[\w.@-]+$/, "expected letters, digits, `.`, `_`, `@` or `-`"),
  file: z.string(),
  key: z.string().optional(),
  globals: z.string().optional(),
  wal: z.string().optional(),
  backupManifest: z.string().optional(),
  superuser: z.string().optional(),
  target: z.string().optional(),
  stanza: z.string().optional(),
  role: z.array(z.string()).default([]),
  source: z.string().optional(),
  expect: z.string().optional(),
  canary: z.string().optional(),
  sha256: z.string().optional(),
  maxAge: z.string().optional(),
  maxRestore: z.string().optional(),
  disk: z.string().optional(),
  memory: z.string().optional(),
  time: z.string().optional(),
});

export const fleetSchema = z
  .strictObject({ backups: z.array(entrySchema).min(1) })
  .refine(
    ({ backups }) => new Set(backups.map(({ name }) => name)).size === backups.length,
    "two have one name",
  )
  .meta({ title: "Backups to verify one after the other" });

export type FleetEntry = z.infer<typeof entrySchema>;

/**
 * Reads the file of a fleet. Paths in it are relative to it.
 *
 * Throws a {@link HarnessError} with status 65 when it is missing or is no such file.
 */
export async function readFleet(path: string): Promise<readonly FleetEntry[]> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw notAFleet(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const parsed = fleetSchema.safeParse(content);
  if (parsed.success) return parsed.data.backups;
  const [issue] = parsed.error.issues;
  throw notAFleet(path, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

function notAFleet(path: string, found: string, cause?: unknown): HarnessError {
  return new HarnessError(
    `Expected --all to name a JSON file like {"backups": [{"name": "nightly", "file": "nightly.dump"}]}, found at ${path}: ${found}; write one.`,
    { code: "not-a-fleet", exitStatus: 65, cause },
  );
}
