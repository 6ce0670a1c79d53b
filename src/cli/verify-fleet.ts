import { mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { readFleet, type FleetEntry } from "../backup-proof/fleet.ts";
import { openVerification } from "../backup-proof/open-verification.ts";
import { renderScorecard, type ScorecardRow } from "../backup-proof/scorecard.ts";
import { verifyBackup } from "../backup-proof/verify-backup.ts";
import type { Engine } from "../engine/engine.ts";
import { prepareEngine } from "../engine/prepare-engine.ts";
import { prepareOutputDirectory } from "../evidence/output-directory.ts";
import { replaceFile } from "../evidence/replace-file.ts";
import { HarnessError } from "../harness-error.ts";
import { worstExitStatus } from "./exit-status.ts";
import { verificationOf } from "./verification-words.ts";
import type { VerifyOutput } from "./verify-backup-command.ts";

/** Verifies each backup of a fleet, whatever becomes of the others, and writes their scorecard. Returns the worst exit status. */
export async function verifyFleet(file: string, output: VerifyOutput): Promise<number> {
  const entries = await readFleet(file);
  const engine = await prepareEngine([]);
  const outDirectory = await prepareOutputDirectory(output.place);
  const rows: ScorecardRow[] = [];
  for (const [index, entry] of entries.entries()) {
    output.say(`${entry.name} (${index + 1} of ${entries.length})`);
    const row = await verifyEntry(engine, entry, dirname(file), join(outDirectory, entry.name), output);
    rows.push(row);
    output.say(`${entry.name}: ${row.verdict}${row.reason === "" ? "" : `: ${row.reason}`}`);
  }
  const report = join(outDirectory, "report.md");
  await replaceFile(
    join(outDirectory, "scorecard.json"),
    `${JSON.stringify({ backups: rows }, undefined, 2)}\n`,
  );
  await replaceFile(report, renderScorecard(rows));
  process.stdout.write(
    output.json
      ? `${JSON.stringify({ backups: rows }, undefined, 2)}\n`
      : `${renderScorecard(rows)}\n${report}\n`,
  );
  return worstExitStatus(rows.map(({ exitStatus }) => (exitStatus === 64 ? 65 : exitStatus)));
}

async function verifyEntry(
  engine: Engine,
  entry: FleetEntry,
  folder: string,
  outDirectory: string,
  { signal, say }: VerifyOutput,
): Promise<ScorecardRow> {
  try {
    const options = await verificationOf(entry, (path) => resolve(folder, path));
    await using opened = await openVerification({ ...options, signal, say });
    await mkdir(outDirectory);
    const { proof, exitStatus } = await verifyBackup(engine, opened, outDirectory);
    const { verdict, reasons, restoreSeconds, backup } = proof;
    return {
      name: entry.name,
      exitStatus,
      verdict,
      reason: reasons[0]?.message ?? "",
      restoreSeconds,
      madeAt: backup.madeAt,
    };
  } catch (error) {
    if (signal.aborted || !(error instanceof HarnessError)) throw error;
    const { exitStatus, message } = error;
    return {
      name: entry.name,
      exitStatus,
      verdict: "refused",
      reason: message,
      restoreSeconds: null,
      madeAt: null,
    };
  }
}
