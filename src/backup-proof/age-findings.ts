import type { BackupFinding } from "./backup-finding.ts";

/** A clock that is not set right, or a zone that isn't the one it was taken for, may be so far ahead. */
const aheadAtMostMs = 15 * 3_600_000;

/** Whether a backup is older than it may be. */
export function ageFindings(madeAt: Date | undefined, now: Date, maxAgeMs: number): BackupFinding[] {
  const allowed = formatAge(maxAgeMs);
  if (madeAt === undefined) {
    return [
      {
        code: "age-unknown",
        message: `The backup may be ${allowed} old at most, and nothing in it says when it was made: plain dumps say it only if pg_dump was called with --verbose; a manifest (--expect) says it for every kind.`,
      },
    ];
  }
  const ageMs = now.getTime() - madeAt.getTime();
  if (ageMs < -aheadAtMostMs) {
    return [
      {
        code: "age-unknown",
        message: `The backup says that it was made at ${madeAt.toISOString()}, which is yet to come: set the clock of the machine that makes it.`,
      },
    ];
  }
  if (ageMs <= maxAgeMs) return [];
  return [
    {
      code: "too-old",
      message: `The backup was made at ${madeAt.toISOString()}, ${formatAge(ageMs)} ago, and may be ${allowed} old at most: the schedule was missed, or this is not its last backup.`,
    },
  ];
}

/** For sentences: `25 h`, `3.2 days`. */
export function formatAge(ms: number): string {
  const hours = Math.abs(ms) / 3_600_000;
  if (hours < 1) return `${trimmed(hours * 60)} min`;
  return hours < 48 ? `${trimmed(hours)} h` : `${trimmed(hours / 24)} days`;
}

function trimmed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}
