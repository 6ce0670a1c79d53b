import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { EvidenceSelfTest } from "../evidence/evidence.ts";
import { selfTestSchema } from "../evidence/environment-schema.ts";
import { readCommit } from "./environment.ts";
import { projectDirectory } from "./project-directory.ts";

const file = join(projectDirectory, ".cache", "self-test.json");

/**
 * The last self-test, if it speaks for what runs now: same commit with no change since, same images. Else `not-run`: a harness
 * that was edited after its self-test has not been tested.
 */
export async function readSelfTest(imageIds: readonly string[]): Promise<EvidenceSelfTest> {
  const [record, { commit, clean }] = await Promise.all([stored(), readCommit()]);
  if (record === "not-run" || commit === null || clean !== true) return "not-run";
  const sameImages = imageIds.every((id) => record.imageIds.includes(id));
  return record.commit === commit && sameImages ? record : "not-run";
}

export async function writeSelfTest(record: Exclude<EvidenceSelfTest, "not-run">): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(record, undefined, 2)}\n`);
}

async function stored(): Promise<EvidenceSelfTest> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    return "not-run";
  }
  const parsed = selfTestSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : "not-run";
}
