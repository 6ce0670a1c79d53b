import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { HarnessError } from "../harness-error.ts";
import { drillRecordSchema } from "./drill-record.ts";
import type { DrillRecord } from "./drill-record.ts";
import { evidenceSchema } from "./evidence.ts";
import type { Evidence, EvidenceFile } from "./evidence.ts";
import { replaceFile } from "./replace-file.ts";

export const evidenceFileName = "evidence.json";
export const drillFileName = "drill.json";

/** Writes `evidence.json`, in one piece, in place of the one before. */
export async function writeEvidence(directory: string, evidence: Evidence): Promise<void> {
  await writeRecord(join(directory, evidenceFileName), evidenceSchema, evidence);
}

/** Writes `drill.json`, in one piece, in place of the one before. */
export async function writeDrillRecord(directory: string, drill: DrillRecord): Promise<void> {
  await writeRecord(join(directory, drillFileName), drillRecordSchema, drill);
}

async function writeRecord<T>(file: string, schema: z.ZodType<T>, record: T): Promise<void> {
  const checked = schema.safeParse(record);
  if (!checked.success) {
    throw new HarnessError(
      `Expected a record that its own schema allows, found in ${file}: ${z.prettifyError(checked.error).replaceAll("\n", " ")}; this is a defect of the harness, please report it.`,
      { code: "record-against-schema", exitStatus: 70, cause: checked.error },
    );
  }
  await replaceFile(file, `${JSON.stringify(checked.data, undefined, 2)}\n`);
}

/** Files that are made from the evidence, and `evidence.json` itself, which can't hold its own digest. */
const derived = new Set([
  evidenceFileName,
  "report.md",
  "junit.xml",
  "timeline-light.svg",
  "timeline-dark.svg",
]);

/** Every file of a run's folder that reports are made from, with its digest, sorted by path. */
export async function indexFiles(directory: string): Promise<EvidenceFile[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files: EvidenceFile[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(directory, path).split(sep).join("/");
    if (!entry.isFile() || derived.has(name) || name.endsWith(".part")) continue;
    const { size } = await stat(path);
    files.push({ path: name, bytes: size, sha256: await sha256OfFile(path) });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Hexadecimal. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
