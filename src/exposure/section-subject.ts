import { isComment } from "./archive-settings.ts";
import {
  isMadeBySchedule,
  namesNoData,
  seedsReplica,
  subjectOf,
  subjectOfKept,
  type Subject,
} from "./mechanism-kind.ts";
import type { Statement } from "./statements.ts";

const otherThings =
  /\b(?:drills?|rehears\w+|tests?|testing|communications?|incidents?|audits?|compliance|alerts?|alerting|monitoring|contacts?|revisions?|history|metrics|verification|improvements?|checklists?|glossary|references)\b/i;
const procedures =
  /\b(?:restor\w+|scenarios?|fail-?(?:over|back)|runbooks?|recovery (?:procedures?|steps?|time|point)|procedures?|objectives?|RTO|RPO)\b/i;
const backups =
  /\bback(?:ed|s|ing)?[- ]?ups?\b|\barchiv|\bdumps?\b|\bsnapshots?\b|\bPITR\b|\bpoint[- ]in[- ]time\b|\breplicat|\bretention\b|\bprotect\w*|\bstandby\b|\breplicas?\b/i;

/** The one heading under which everything else stands; undefined where there are several of the highest level. */
export function titleOf(statements: readonly Statement[]): string | undefined {
  const tops = new Set(statements.flatMap(({ headings }) => headings.slice(0, 1)));
  return tops.size === 1 ? [...tops][0] : undefined;
}

/** A drill, a restore procedure or a plan for communication mentions backups and promises none. */
export function isAboutSomethingElse(headings: readonly string[], title: string | undefined): boolean {
  return headings.some(
    (heading, index) =>
      (index > 0 || heading !== title) &&
      (otherThings.test(heading) || (procedures.test(heading) && !backups.test(heading))),
  );
}

/** Some heading says that this is where backups are described. */
export function isAboutBackups(headings: readonly string[]): boolean {
  return headings.some((heading) => backups.test(heading));
}

/** By the innermost heading that names a mechanism; the commands of the section say of which kind a mere backup is. */
export function sectionSubject(
  headings: readonly string[],
  statements: readonly Statement[],
): Subject | undefined {
  const byHeading = headingSubject(headings);
  if (byHeading?.kind !== "backup") return byHeading;
  const commands = statements
    .filter((each) => each.kind === "code" && !isComment(each) && !seedsReplica(each.text, each.headings))
    .map(({ text }) => subjectOf(text));
  return (
    commands.find(
      (each) => each?.store === byHeading.store && each.kind !== "backup" && isMadeBySchedule(each),
    ) ?? byHeading
  );
}

/** The innermost heading that names a mechanism, unless one below it names other data. */
function headingSubject(headings: readonly string[]): Subject | undefined {
  const isBelowBackups = isAboutBackups(headings);
  for (const heading of headings.toReversed()) {
    const subject = isBelowBackups ? subjectOfKept(heading) : subjectOf(heading);
    if (subject !== undefined) return subject;
    if (!namesNoData(heading)) return undefined;
  }
  return undefined;
}

/** What a heading says of the kind counts for a sentence that only says backup. */
export function refined(own: Subject | undefined, section: Subject | undefined): Subject | undefined {
  return own?.kind === "backup" && section?.store === own.store ? section : own;
}
