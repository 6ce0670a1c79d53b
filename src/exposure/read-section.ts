import { lineAt, type NotUnderstood } from "./document-line.ts";
import {
  draftOf,
  isOf,
  isOnePerStore,
  takeDetails,
  takeLabelled,
  takeSchedule,
  type Draft,
} from "./mechanism-draft.ts";
import { isAboutOtherData, subjectOf, type Subject } from "./mechanism-kind.ts";
import { isDetail, labels } from "./promise-details.ts";
import { isScheduleTable, readRow } from "./read-row.ts";
import { replicationDetails } from "./replication-details.ts";
import { readSchedule, type Schedule } from "./schedule.ts";
import { isAboutBackups, sectionSubject } from "./section-subject.ts";
import { scheduleOfSentence, splitByMechanism, subjectOfSentence } from "./sentence-subject.ts";
import type { Statement } from "./statements.ts";
import { takeCrons } from "./take-crons.ts";
import { isCopy, isUpload, takeScript } from "./take-script.ts";

export interface SectionPromises {
  readonly drafts: readonly Draft[];
  /** Uploads in a section that makes no copy itself, as the last step of a procedure does. */
  readonly uploads: readonly Statement[];
  readonly notUnderstood: readonly NotUnderstood[];
}

/**
 * What one section says of backups: its statements in order, each belonging to the mechanism that was named last.
 *
 * @param title The heading above everything; it says nothing of a single section.
 */
export function readSection(statements: readonly Statement[], title: string | undefined): SectionPromises {
  const headings = statements[0]?.headings ?? [];
  const subject = sectionSubject(headings, statements);
  const drafts: Draft[] = [];
  const notUnderstood: NotUnderstood[] = [];
  const refuse = (statement: Statement, why: string): void => {
    notUnderstood.push({ source: lineAt(statement), why });
  };
  const named = (wanted: Subject, statement: Statement): Draft => {
    const known = drafts.find((each) => isOf(each, wanted));
    if (known !== undefined) return known;
    const draft = draftOf(wanted, statement);
    drafts.push(draft);
    return draft;
  };
  let current: Draft | undefined;
  for (const statement of statements.flatMap(splitByMechanism)) {
    const { label, value } = statement;
    if (statement.kind === "code") continue;
    if (isScheduleTable(statement)) {
      const read = readRow(statement, subject);
      if ("why" in read) notUnderstood.push(read);
      else drafts.push(...read.drafts);
    } else if (label !== undefined && value !== undefined && isDetail(label)) {
      const wanted = subjectOf(label) ?? (current === undefined ? subject : undefined);
      if (wanted !== undefined) current = named(wanted, statement);
      if (current !== undefined) takeLabelled(current, label, value, statement);
      else if (labels.schedule.test(label) && isAboutBackups(headings.filter((each) => each !== title))) {
        refuse(statement, "The section has a schedule and does not say that it keeps the database.");
      }
    } else current = takeSentence(statement, current);
  }

  /** @returns the mechanism that the sentences after it speak of. */
  function takeSentence(statement: Statement, last: Draft | undefined): Draft | undefined {
    const { text } = statement;
    const own = subjectOfSentence(statement, subject);
    let speaksOf = last;
    if (isAboutOtherData(text) && isAboutBackups([text])) {
      speaksOf = undefined;
      if (own === undefined && isScheduledCopy(text))
        refuse(statement, "It is not said that this keeps the database.");
    }
    const schedule = own === undefined ? undefined : scheduleOfSentence(text);
    const isNamed =
      own !== undefined && own.kind !== "backup" && (isAboutBackups(headings) || namesProgram(text));
    if (own !== undefined && (schedule !== undefined || isNamed)) {
      const isNew = isFurther(own, schedule, drafts);
      speaksOf = isNew ? draftOf(own, statement) : named(own, statement);
      if (isNew) drafts.push(speaksOf);
      takeSchedule(speaksOf, schedule, statement);
    }
    if (speaksOf !== undefined && (own === undefined ? goesOn(text) : isOf(speaksOf, own))) {
      takeDetails(speaksOf, text, statement);
      speaksOf.mechanism = replicationDetails(speaksOf.mechanism, statement);
    }
    return speaksOf;
  }

  const blocks = codeBlocks(statements);
  for (const block of blocks) {
    takeCrons(block, subject, drafts);
    takeScript(block, subject, drafts);
  }
  const uploads = drafts.some(isCopy) ? [] : blocks.flat().filter(isUpload);
  return { drafts: drafts.map((draft) => scheduledByHeading(draft, statements)), uploads, notUnderstood };
}

/** A word like dump means something else elsewhere; these do not. */
function namesProgram(text: string): boolean {
  return /\bpg_dump|\bpg_basebackup\b|\bpgbackrest\b|\bwal-[ge]\b|\bbarman\b|\bWAL\b.{0,12}\barchiv|\bstreaming replication\b/i.test(
    text,
  );
}

/** A sentence that names no mechanism and says how copies are kept belongs to the one before it. */
function goesOn(text: string): boolean {
  return (
    /^(?:they|it|these|those|this|all|each|every|backups?|dumps?|copies|files)\b/i.test(text) ||
    /\b(?:kept|stored|retained|retention|encrypt\w*|uploaded|shipped|copied|sent|pushed|replicated)\b/i.test(
      text,
    )
  );
}

/** A daily report of the backups is none. */
function isScheduledCopy(text: string): boolean {
  return readSchedule(text) !== undefined && !/\b(?:reports?|e?-?mail(?:ed|s)?|notif\w+)\b/i.test(text);
}

/** A dump twice a day and one that goes to tape on Fridays are two. */
function isFurther(subject: Subject, schedule: Schedule | undefined, drafts: readonly Draft[]): boolean {
  const known = drafts.filter((each) => isOf(each, subject)).map(({ mechanism }) => mechanism.schedule?.is);
  return (
    schedule?.kind === "interval" &&
    !isOnePerStore(subject.kind) &&
    known.some((is) => is?.kind === "interval") &&
    !known.some((is) => is?.kind !== "interval" || is.seconds === schedule.seconds)
  );
}

function codeBlocks(statements: readonly Statement[]): Statement[][] {
  const blocks = new Map<number, Statement[]>();
  for (const statement of statements) {
    if (statement.fence === undefined) continue;
    blocks.set(statement.fence, [...(blocks.get(statement.fence) ?? []), statement]);
  }
  return [...blocks.values()];
}

/** `Nightly dumps` as a heading, or above it, is a schedule where nothing below it states one. */
function scheduledByHeading(draft: Draft, [first]: readonly Statement[]): Draft {
  if (draft.mechanism.schedule !== null || first === undefined || isOnePerStore(draft.mechanism.kind))
    return draft;
  for (const [index, text] of [...first.headings.entries()].toReversed()) {
    const is = isAboutBackups([text]) ? readSchedule(text) : undefined;
    if (is?.kind !== "interval") continue;
    const source = { file: first.file, line: first.headingLines[index] ?? first.section, text };
    return { ...draft, mechanism: { ...draft.mechanism, schedule: { is, source } } };
  }
  return draft;
}
