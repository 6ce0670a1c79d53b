import { lineAt, type NotUnderstood } from "./document-line.ts";
import { draftOf, takeDetails, takeLabelled, type Draft } from "./mechanism-draft.ts";
import { namesNoData, subjectOf, subjectOfKept, type Subject } from "./mechanism-kind.ts";
import { isDetail, labels } from "./promise-details.ts";
import { replicationDetails } from "./replication-details.ts";
import { readSchedule } from "./schedule.ts";
import { isAboutBackups, refined } from "./section-subject.ts";
import type { Statement } from "./statements.ts";

/** It has a column for how often. */
export function isScheduleTable({ cells }: Statement): boolean {
  return cells?.some(({ column }) => labels.schedule.test(column)) ?? false;
}

/** A row of such a table is a mechanism: what is kept and how stands in the other columns. */
export function readRow(
  statement: Statement,
  section: Subject | undefined,
): NotUnderstood | { drafts: Draft[] } {
  const cells = statement.cells ?? [];
  const rest = cells.filter(({ column }) => !isDetail(column));
  const kept = rest.map(({ text }) => text).join(" ");
  const own = refined(subjectOfKept(kept), section);
  const byColumn = refined(subjectOf(rest.map(({ column }) => column).join(" ")), section);
  const subject = own ?? (namesNoData(kept) ? (byColumn ?? section) : undefined);
  const isStated = cells.some(
    ({ column, text }) => labels.schedule.test(column) && readSchedule(text) !== undefined,
  );
  if (subject === undefined) {
    return isStated && isAboutBackups(statement.headings)
      ? {
          source: lineAt(statement),
          why: "The row has a schedule and does not say that it keeps the database.",
        }
      : { drafts: [] };
  }
  const draft = draftOf(subject, statement);
  for (const { column, text } of cells) takeLabelled(draft, column, text, statement);
  takeDetails(draft, kept, statement);
  draft.mechanism = replicationDetails(draft.mechanism, statement);
  return { drafts: [draft] };
}
