import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { HarnessError } from "../harness-error.ts";

/** The statements that write a manifest; they are for the job that makes the backup, and `--manifest-sql` prints them. */
export const manifestSqlFile = fileURLToPath(new URL("manifest.sql", import.meta.url));

const wholeNumber = z.string().regex(/^-?\d+$/, "expected a whole number as text");

/** What a backup has to bring back, written by whoever made it, in the snapshot that it was made from. */
export const manifestSchema = z
  .object({
    format: z.literal("drill-backup-manifest"),
    version: z.literal(1),
    complete: z
      .boolean()
      .default(false)
      .describe("every table is listed, so that one that is not is not of this snapshot"),
    takenAt: z.iso.datetime({ offset: true }).optional().describe("of the snapshot"),
    database: z.string().optional(),
    serverVersion: z.string().optional(),
    snapshot: z.string().optional().describe("pg_current_snapshot()"),
    tables: z
      .record(
        z.string(),
        z.object({
          rows: wholeNumber,
          digest: wholeNumber.optional().describe("sum of the 64-bit hashes of the rows; see manifest.sql"),
        }),
      )
      .default({})
      .describe("by name with its schema, quoted as SQL quotes it"),
    sequences: z
      .record(z.string(), wholeNumber.nullable())
      .default({})
      .describe("last value; null for one that was never used"),
    roles: z
      .array(z.string())
      .default([])
      .describe("that own something in the database or may do something there"),
    canary: z.string().optional().describe("a text that a column of some row must hold, exactly"),
    queries: z
      .array(z.object({ name: z.string(), sql: z.string(), expect: z.string() }))
      .default([])
      .describe("each gives one value, which must print like this"),
  })
  .meta({ title: "What a backup of a PostgreSQL database has to bring back" });

export type Manifest = z.infer<typeof manifestSchema>;

/**
 * Reads a manifest.
 *
 * Throws a {@link HarnessError} with status 65 when it is missing or is no manifest.
 */
export async function readManifest(path: string): Promise<Manifest> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw notAManifest(path, (cause as NodeJS.ErrnoException).code ?? String(cause), cause);
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw notAManifest(path, text.trim() === "" ? "nothing in it" : "no JSON", cause);
  }
  const parsed = manifestSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw notAManifest(path, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

function notAManifest(path: string, found: string, cause?: unknown): HarnessError {
  return new HarnessError(
    `Expected --expect to name a manifest (drill-backup-manifest, version 1), found ${found} in ${path}; \`drill verify-backup --manifest-sql\` prints the SQL that writes one.`,
    { code: "not-a-manifest", exitStatus: 65, cause },
  );
}
