import type { Found, RetainedBackup, RetentionMeasurement } from "../measurement/retention.ts";
import type { RetentionPromise } from "../timeline/inherited-backup.ts";
import { counted, type Facts, type Observation, type Rule, type Rules } from "./rule.ts";

/** What is wrong at one look, but for what an earlier look had found already. */
function wrongAtFirst(
  { measured }: Facts,
  isWrong: (backup: RetainedBackup, look: RetentionMeasurement) => boolean,
): {
  readonly promise: RetentionPromise;
  readonly place: string;
  readonly wrong: readonly RetainedBackup[];
}[] {
  const seen = new Set<string>();
  return measured.retention.flatMap((look) => {
    const wrong = look.backups.filter((backup) => {
      const key = `${backup.place} ${backup.backup}`;
      if (!isWrong(backup, look) || seen.has(key)) return false;
      seen.add(key);
      return true;
    });
    return [...Map.groupBy(wrong, ({ place }) => place)].map(([place, ofPlace]) => ({
      promise: look.promise,
      place,
      wrong: ofPlace,
    }));
  });
}

/** No place has the newest good backup any more: there is nothing to restore from. */
function isLost(backup: RetainedBackup, { backups, promise }: RetentionMeasurement): boolean {
  // Of a time that is to be reached every day is needed, and the last one is one of them.
  if (!backup.isLastGood || promise.of === "instants") return false;
  return !backups.some((copy) => copy.backup === backup.backup && copy.found === "whole");
}

const lastBackupDeleted: Rule = {
  find: (facts) => {
    const lost = wrongAtFirst(facts, isLost).flatMap(({ wrong }) => wrong);
    return [...Map.groupBy(lost, ({ backup }) => backup)].map(([backup, copies]) => ({
      message: `Expected the last good backup (${backup}) to stay however old it is, found it ${copies.map(({ found, place }) => `${said[found]} ${preposition(found)} ${place}`).join(" and ")}.`,
    }));
  },
};

const keptTooShort: Rule = {
  find: (facts) =>
    wrongAtFirst(
      facts,
      (backup, look) => backup.due === "keep" && backup.found !== "whole" && !isLost(backup, look),
    ).map(({ promise, place, wrong }) => ({
      message:
        promise.of === "instants"
          ? `Expected ${place} to hold what each instant of the last ${days(promise)} needs, found ${wrong.length} of the days laid not there: ${listed(wrong)}.`
          : `Expected ${place} to keep backups ${days(promise)}, and the last good one longer, found ${counted(wrong.length, "backup")} not there: ${listed(wrong)}.`,
    })),
};

const keptTooLong: Rule = {
  find: (facts) =>
    wrongAtFirst(facts, ({ due, found }) => due === "delete" && found !== "gone").map(
      ({ promise, place, wrong }): Observation => ({
        message:
          promise.of === "instants"
            ? `Expected ${place} to hold nothing that no instant of the last ${days(promise)} needs, found ${wrong.length} of the days laid still there: ${listed(wrong)}.`
            : `Expected ${place} to hold nothing of backups older than ${days(promise)}, found ${counted(wrong.length, "backup")} still there: ${listed(wrong)}.`,
      }),
    ),
};

const said: Readonly<Record<Found, string>> = {
  whole: "whole",
  incomplete: "in part",
  hidden: "as an old version or under another name",
  gone: "gone",
};

function preposition(found: Found): string {
  return found === "gone" ? "from" : "on";
}

function listed(backups: readonly RetainedBackup[]): string {
  return backups
    .map(({ backup, found }) =>
      found === "whole" || found === "gone" ? backup : `${backup} (${said[found]})`,
    )
    .join(", ");
}

function days({ seconds, source }: RetentionPromise): string {
  return `${Number((seconds / 86_400).toFixed(2))} days (${source.file}, line ${source.line})`;
}

/** What became of backups that were there before the procedure. */
export const retentionRules = {
  "last-backup-deleted": lastBackupDeleted,
  "kept-too-short": keptTooShort,
  "kept-too-long": keptTooLong,
} as const satisfies Rules;
