import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { EvidenceSelfTest } from "../evidence/evidence.ts";
import { replaceFile } from "../evidence/replace-file.ts";
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
  await replaceFile(file, `${JSON.stringify(record, undefined, 2)}\n`);
}

/** Forgets the last self-test, before another one that may not come to its end. */
export async function forgetSelfTest(): Promise<void> {
  await rm(file, { force: true });
}

async function stored(): Promise<EvidenceSelfTest> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    return "not-run";
  }
  try {
    return selfTestSchema.parse(JSON.parse(text));
  } catch {
    // Cut off or of an older form: it says nothing.
    return "not-run";
  }
}
