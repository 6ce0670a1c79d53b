import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectDirectory } from "../authoring/project-directory.ts";
import { manifestSqlFile } from "../backup-proof/manifest.ts";
import { openVerification } from "../backup-proof/open-verification.ts";
import { reportFile, verifyBackup } from "../backup-proof/verify-backup.ts";
import { prepareEngine } from "../engine/prepare-engine.ts";
import { prepareOutputDirectory, requireEmptyDirectory } from "../evidence/output-directory.ts";
import { HarnessError } from "../harness-error.ts";
import { exitStatusOfSignal, watchForInterruption } from "./interruption.ts";
import { userPath } from "./user-path.ts";
import { verificationOf, type VerificationWords } from "./verification-words.ts";
import { verifyFleet } from "./verify-fleet.ts";

export interface VerifyBackupCommandOptions extends VerificationWords {
  readonly all?: string;
  readonly manifestSql?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

/** `drill verify-backup`: restores one backup file, or each of a fleet, in a sandbox and says whether it is proven. */
export async function verifyBackupCommand(options: VerifyBackupCommandOptions): Promise<number> {
  if (options.manifestSql === true) {
    process.stdout.write(await readFile(manifestSqlFile, "utf8"));
    return 0;
  }
  const { file, all } = options;
  if ((file === undefined) === (all === undefined)) {
    throw new HarnessError(
      "Expected --file with the path of a backup, or --all with that of a list of them; give one of the two.",
      { code: "no-file", exitStatus: 64 },
    );
  }
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const interruption = watchForInterruption(say);
  const { signal } = interruption;
  if (options.out !== undefined) await requireEmptyDirectory(userPath(options.out));
  const place = {
    ...(options.out === undefined ? {} : { out: userPath(options.out) }),
    reportsDirectory: join(projectDirectory, "reports"),
    name: "verify-backup",
    startedAt: new Date(),
  };
  const json = options.json === true;
  try {
    return all === undefined
      ? await verifyOne({ ...options, file: file ?? "" }, { place, json, signal, say })
      : await verifyFleet(userPath(all), { place, json, signal, say });
  } catch (error) {
    const name = interruption.received();
    if (name !== undefined) return exitStatusOfSignal[name];
    throw error;
  }
}

/** Where the evidence goes, and who hears of it. */
export interface VerifyOutput {
  readonly place: Parameters<typeof prepareOutputDirectory>[0];
  readonly json: boolean;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

async function verifyOne(
  words: VerificationWords & { readonly file: string },
  { place, json, signal, say }: VerifyOutput,
): Promise<number> {
  await using opened = await openVerification({ ...(await verificationOf(words, userPath)), signal, say });
  const engine = await prepareEngine([]);
  const outDirectory = await prepareOutputDirectory(place);
  const { proof, exitStatus } = await verifyBackup(engine, opened, outDirectory);
  for (const { message } of proof.reasons) say(`${proof.verdict}: ${message}`);
  process.stdout.write(
    json
      ? `${JSON.stringify(proof, undefined, 2)}\n`
      : `${proof.verdict}\n${join(outDirectory, reportFile)}\n`,
  );
  return exitStatus;
}
