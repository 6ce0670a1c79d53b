import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { EarlierBackup, EarlierBaseBackup, EarlierFile } from "../../src/backup/earlier-backup.ts";

/** What a job of an earlier day left, by when it began and whether it went well. */
export type BackupJob = (madeAt: Date, good: boolean) => readonly EarlierFile[];

export interface Age {
  readonly days: number;
  readonly hours?: number;
  readonly good: boolean;
  readonly deletedByName?: boolean;
}

/** Backups of one job, named by their age. */
export function earlierBackups(job: BackupJob, ages: readonly Age[]): EarlierBackup[] {
  return ages.map(({ deletedByName = false, good, ...age }) => {
    const remark = `${good ? "" : ", failed"}${deletedByName ? ", deleted by name" : ""}`;
    return {
      name: `${nameOf(age)}${remark}`,
      ageSeconds: secondsOf(age),
      good,
      deletedByName,
      files: (madeAt) => job(madeAt, good),
    };
  });
}

/** Base backups, named by their age. */
export function earlierBaseBackups(ages: readonly Pick<Age, "days" | "hours">[]): EarlierBaseBackup[] {
  return ages.map((age) => ({ name: nameOf(age), ageSeconds: secondsOf(age) }));
}

function nameOf({ days, hours = 0 }: Pick<Age, "days" | "hours">): string {
  const offset = hours === 0 ? "" : ` ${hours > 0 ? "and" : "less"} ${String(Math.abs(hours))} h`;
  return `${String(days)} d${offset}`;
}

function secondsOf({ days, hours = 0 }: Pick<Age, "days" | "hours">): number {
  return (days * 24 + hours) * 3_600;
}

/** The job of `runbooks/backup.md`: a folder in both places, which counts once it holds `verified.json`. */
export const correctedJob: BackupJob = (madeAt, good) => {
  const stamp = `${madeAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
  const dump = `an encrypted dump of ${stamp}\n`;
  const sums = `${createHash("sha256").update(dump).digest("hex")}  dump.cms.000\n`;
  const files = [
    ["dump.cms.000", dump],
    ["SHA256SUMS", sums],
  ];
  const verified = { backup: stamp, event: "verified", files: { "dump.cms.000": sums.slice(0, 64) } };
  if (good) files.push(["verified.json", `${JSON.stringify(verified)}\n`]);
  return files.flatMap(([name = "", content = ""]): EarlierFile[] => [
    { where: "operations-host", path: `/backups/${stamp}/${name}`, content },
    { where: "object-store", path: `backups/${stamp}/${name}`, content },
  ]);
};

/** The script of the document where cron has no `AWS_S3_BUCKET`: it uploads nothing and says nothing. */
export const documentedJob: BackupJob = (madeAt, good) =>
  documentedJobWithBucket(madeAt, good).filter(({ where }) => where === "operations-host");

/** The script of the document where it knows a bucket. A failed dump is a valid, empty file. */
export const documentedJobWithBucket: BackupJob = (madeAt, good) => {
  const [date = "", time = ""] = madeAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").split("T");
  const name = `abtpro_backup_${date}_${time}.sql.gz`;
  const content = gzipSync(good ? `-- PostgreSQL database dump\n-- of ${madeAt.toISOString()}\n` : "");
  // The header of the format holds a time, and so no two empty files are alike.
  content.writeUInt32LE(Math.floor(madeAt.getTime() / 1_000), 4);
  return [
    { where: "operations-host", path: `/backups/${name}`, content },
    { where: "object-store", path: `backups/${name}`, content },
  ];
};

/** The jobs whose backups a procedure is to look after, told by the names in its commands. */
export function jobsOf(commands: string): { readonly failing: BackupJob; readonly working: BackupJob } {
  return commands.includes("abtpro_backup_")
    ? { failing: documentedJob, working: documentedJobWithBucket }
    : { failing: correctedJob, working: correctedJob };
}
