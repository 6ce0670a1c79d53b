import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../../engine/engine.ts";
import { backupProofSchema, type BackupProof } from "../backup-proof-schema.ts";
import { usualLimits, type SandboxLimits } from "../sandbox-limits.ts";
import { openVerification, type VerifyBackupOptions } from "../open-verification.ts";
import { proofFile, reportFile, verifyBackup } from "../verify-backup.ts";

/** What a verification came to, read back from what it wrote. */
export interface Verified {
  readonly exitStatus: number;
  readonly proof: BackupProof;
  readonly codes: readonly string[];
  /** All reasons, one after the other. */
  readonly said: string;
  readonly report: string;
}

type Options = Partial<Omit<VerifyBackupOptions, "limits">> & {
  readonly file: string;
  readonly limits?: Partial<SandboxLimits>;
};

/** Verifies one file as the command does. */
export async function verify(engine: Engine, { limits, ...options }: Options): Promise<Verified> {
  const out = await mkdtemp(join(tmpdir(), "drill-verified-"));
  try {
    await using opened = await openVerification({
      roles: ["abtuser"],
      signal: new AbortController().signal,
      say: () => undefined,
      ...options,
      limits: { ...(await usualLimits()), diskBytes: 512 * 2 ** 20, ...limits },
    });
    const { exitStatus } = await verifyBackup(engine, opened, out);
    const proof = backupProofSchema.parse(JSON.parse(await readFile(join(out, proofFile), "utf8")));
    const report = await readFile(join(out, reportFile), "utf8");
    const left = (await readdir(tmpdir())).filter((name) => name === `drill-${proof.runId}`);
    if (left.length > 0) throw new Error(`the run left ${left.join(", ")}`);
    return {
      exitStatus,
      proof,
      codes: proof.reasons.map(({ code }) => code),
      said: proof.reasons.map(({ message }) => message).join("\n"),
      report,
    };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}
