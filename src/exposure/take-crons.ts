import { isComment } from "./archive-settings.ts";
import { findCron, longestCronGapSeconds } from "./cron.ts";
import { draftOf, isOf, takeCron, takeDetails, takeSchedule, type Draft } from "./mechanism-draft.ts";
import { isMadeBySchedule, subjectOf, type Subject } from "./mechanism-kind.ts";
import { readSchedule } from "./schedule.ts";
import { refined } from "./section-subject.ts";
import type { Statement } from "./statements.ts";

/** Entries of a crontab or of a scheduler's file. An entry that cleans up or checks makes no backup. */
export function takeCrons(block: readonly Statement[], section: Subject | undefined, drafts: Draft[]): void {
  const whole = block.map(({ text }) => text).join("\n");
  for (const statement of block) {
    const timer = /^(?:OnCalendar\s*=|schedule:)/i.test(statement.text);
    const found = findCron(statement.text);
    if (isComment(statement) || (found === undefined && !timer)) continue;
    const command = timer ? whole : (found?.rest ?? "");
    if (
      /\b(?:verify|check|restore|prune|expire|clean\w*|delete|retain|purge|rotate|logrotate)\b|-delete\b/i.test(
        command,
      ) &&
      !/\bpg_dump|\bpg_basebackup/.test(command)
    )
      continue;
    const subject = refined(subjectOf(command), section) ?? (isMadeBySchedule(section) ? section : undefined);
    if (subject === undefined) continue;
    // An entry that stands where the document has named the mechanism is its schedule.
    const seconds = found === undefined ? undefined : longestCronGapSeconds(found.expression);
    let draft = drafts.find(
      (each) => isOf(each, subject) && (each.crons.length > 0 || isScheduledLike(each, seconds)),
    );
    if (draft === undefined) drafts.push((draft = draftOf(subject, statement)));
    if (found === undefined) takeSchedule(draft, readSchedule(statement.text), statement);
    else takeCron(draft, found.expression, statement);
    takeDetails(draft, command, statement);
  }
}

/** Not at all so far, or in words that say the same. */
function isScheduledLike({ mechanism }: Draft, seconds: number | undefined): boolean {
  const is = mechanism.schedule?.is;
  return is === undefined || (is.kind === "interval" && is.seconds === seconds);
}
