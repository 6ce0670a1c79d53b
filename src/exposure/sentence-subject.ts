import { namesNoData, partsByMechanism, subjectOf, type Subject } from "./mechanism-kind.ts";
import { readSchedule, type Schedule } from "./schedule.ts";
import { refined } from "./section-subject.ts";
import type { Statement } from "./statements.ts";

/** The parts of a sentence that names several mechanisms, each as a statement of its own. */
export function splitByMechanism(statement: Statement): Statement[] {
  if (statement.kind !== "text") return [statement];
  const parts = partsByMechanism(statement.text);
  if (parts.length === 1) return [statement];
  const { kind, file, line, headings, headingLines, section } = statement;
  return parts.map((part) => {
    const text = part.replace(/^(?:and|while|plus|whereas)\s+/, "");
    return { kind, file, line, headings, headingLines, section, text };
  });
}

/** Which mechanism a sentence describes, under a heading about `section`. */
export function subjectOfSentence(statement: Statement, section: Subject | undefined): Subject | undefined {
  return refined(describedIn(statement.text), section) ?? labelledKind(statement, section);
}

/** A sentence of tests and restores, or one that says what a backup contains, describes no backup. */
function describedIn(text: string): Subject | undefined {
  const isOther =
    /\b(?:restor(?:e|es|ed|ing)|test(?:s|ed|ing)?|verif(?:y|ies|ied)|drill|rehears\w+|checked|monitored)\b(?=.*\b(?:backups?|dumps?|snapshots?|archiv\w+))/i.test(
      text,
    ) ||
    /\b(?:backups?|dumps?|snapshots?) (?:are|is|get|gets) (?:also )?(?:tested|verified|restored|checked|monitored|rehearsed)\b/i.test(
      text,
    ) ||
    /\b(?:included|contained) in\b|\bin case of\b|\bif \w+ (?:fails|is lost)\b/i.test(text);
  return isOther ? undefined : subjectOf(text);
}

/** `Full: Sundays` below a heading about backups. */
function labelledKind({ label, value }: Statement, section: Subject | undefined): Subject | undefined {
  if (label === undefined || value === undefined || !namesNoData(label)) return undefined;
  return readSchedule(value) === undefined ? undefined : section;
}

/** `kept daily for 30 days` is no schedule. */
export function scheduleOfSentence(text: string): Schedule | undefined {
  return readSchedule(
    text.replace(/[\s,(]*\b(?:kept|keep|retain(?:ed)?|retention|stored|held)\b[^.;]*$/i, ""),
  );
}
