import { availableParallelism, release, totalmem } from "node:os";
import { execa } from "execa";
import type { Engine } from "../engine/engine.ts";
import type { EvidenceEnvironment } from "../evidence/evidence.ts";
import { projectDirectory } from "./project-directory.ts";

/** What the run was made with, as far as it is known: the engine and the images are not, before they are found. */
export async function describeEnvironment(
  engine: Engine | undefined,
  images: EvidenceEnvironment["images"],
  shared: boolean,
): Promise<EvidenceEnvironment> {
  const { commit, clean } = await readCommit();
  return {
    engine: engine === undefined ? null : { version: engine.version, apiVersion: engine.apiVersion },
    images,
    commit,
    commitIsClean: clean,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    kernel: release(),
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    shared,
  };
}

/** The commit of the project and whether its files are those of the commit; null where the project is no git checkout. */
export async function readCommit(): Promise<{
  readonly commit: string | null;
  readonly clean: boolean | null;
}> {
  const git = (...words: string[]) => execa("git", words, { cwd: projectDirectory, reject: false });
  const [head, status] = await Promise.all([git("rev-parse", "HEAD"), git("status", "--porcelain")]);
  if (head.exitCode !== 0) return { commit: null, clean: null };
  return { commit: head.stdout, clean: status.exitCode === 0 ? status.stdout === "" : null };
}
