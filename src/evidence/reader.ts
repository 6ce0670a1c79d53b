import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { HarnessError } from "../harness-error.ts";
import { drillRecordSchema, drillSchemaVersion } from "./drill-record.ts";
import type { DrillRecord } from "./drill-record.ts";
import { evidenceSchema, evidenceSchemaVersion } from "./evidence.ts";
import type { Evidence } from "./evidence.ts";
import { drillFileName, evidenceFileName } from "./writer.ts";

/**
 * Reads the evidence of a run from its folder.
 *
 * Throws a {@link HarnessError} with status 65, naming the file, when it is missing, unreadable, foreign, or of a newer harness.
 */
export async function readEvidence(directory: string): Promise<Evidence> {
  return readRecord(
    join(directory, evidenceFileName),
    "evidence of a run",
    evidenceSchema,
    evidenceSchemaVersion,
  );
}

/** Reads `drill.json` from a drill's folder; errors as {@link readEvidence}. */
export async function readDrillRecord(directory: string): Promise<DrillRecord> {
  return readRecord(
    join(directory, drillFileName),
    "the record of a drill",
    drillRecordSchema,
    drillSchemaVersion,
  );
}

async function readRecord<T>(file: string, what: string, schema: z.ZodType<T>, version: number): Promise<T> {
  const record = parse(await readText(file, what), file, what);
  const found = schemaVersionOf(record);
  if (typeof found !== "number") {
    throw foreign(file, what, "a file without a schemaVersion", "name a folder that a run wrote");
  }
  if (found > version) {
    throw foreign(
      file,
      `${what} of schema version ${String(version)}`,
      `version ${String(found)}`,
      "read it with the newer harness that wrote it",
    );
  }
  const checked = schema.safeParse(record);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const where =
      issue === undefined ? "" : `${issue.message} at ${issue.path.map(String).join(".") || "the top"}`;
    throw foreign(file, what, where, "name a folder as a run wrote it", checked.error);
  }
  return checked.data;
}

async function readText(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw foreign(file, what, reason, "name the folder of a run", cause);
  }
}

function parse(text: string, file: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw foreign(file, what, "text that is no JSON", "name a folder as a run wrote it", cause);
  }
}

function schemaVersionOf(record: unknown): unknown {
  return typeof record === "object" && record !== null && "schemaVersion" in record
    ? record.schemaVersion
    : undefined;
}

function foreign(
  file: string,
  expected: string,
  found: string,
  advice: string,
  cause?: unknown,
): HarnessError {
  return new HarnessError(`Expected ${expected} in ${file}, found ${found}; ${advice}.`, {
    code: "evidence-unreadable",
    exitStatus: 65,
    cause,
  });
}
