import { lineAt, type DocumentLine, type NotUnderstood } from "./document-line.ts";
import { readStatements, type Statement } from "./statements.ts";
import { findRange, type DurationRange } from "./written-duration.ts";

/** How long the document itself expects a recovery to take. */
export interface RecoveryEstimate extends DurationRange {
  /** Innermost heading above it, or the first cell of its row: what is recovered. */
  readonly subject: string;
  readonly source: DocumentLine;
}

export interface RecoveryEstimates {
  readonly estimates: readonly RecoveryEstimate[];
  /** An estimate that is no duration, as `a few hours`. */
  readonly notUnderstood: readonly NotUnderstood[];
}

const label =
  /\b(?:estimated?|expected|typical|approximate|anticipated|projected)\b.*\b(?:time|duration|downtime|recovery|restore|RTO|outage)\b|^(?:recovery|restore|restoration|failover) (?:time|duration)$|^(?:ETA|ETR|downtime|duration|time to (?:recover|restore))$|\b(?:time|duration|recovery|downtime) estimate\b/i;
const objective = /\bobjective\b|\btarget\b|\bRTO\b|\bRPO\b|\bgoal\b|\bmaximum\b|\bSLA\b/i;
const sentence =
  /\b(?:takes?|took|lasts?|needs?|requires?|(?:is|are) (?:estimated|expected)|estimated|expect(?:ed)?|should (?:take|be (?:back|done|complete)\w*))\b[^.]*/i;
const recovery =
  /\b(?:recover\w*|restor\w+|fail(?:ing|s)?[- ]?over|promot\w+|switch-?over|rebuild\w*|service (?:is )?back)\b/i;

/**
 * Every estimate of a recovery that a document states: `Estimated Recovery Time: 10-20 minutes`, a column of a table, a sentence like
 * “a restore takes about 45 minutes”, each with what it belongs to. Targets are no estimates.
 *
 * @throws HarnessError 65 for binary content or an unterminated fence.
 */
export function readRecoveryEstimates(markdown: string, file: string): RecoveryEstimates {
  const estimates: RecoveryEstimate[] = [];
  const notUnderstood: NotUnderstood[] = [];
  for (const statement of readStatements(markdown, file)) {
    if (statement.kind === "code") continue;
    for (const { text, isLabelled, subject } of written(statement)) {
      const range = findRange(text);
      const source = lineAt(statement);
      if (range !== undefined && range.upperSeconds > 0) estimates.push({ ...range, subject, source });
      else if (isLabelled) notUnderstood.push({ source, why: `The estimate “${text}” is no duration.` });
    }
  }
  return { estimates, notUnderstood };
}

interface Written {
  readonly text: string;
  /** It stands where only an estimate can stand. */
  readonly isLabelled: boolean;
  readonly subject: string;
}

function written(statement: Statement): Written[] {
  const heading = statement.headings.at(-1) ?? "";
  const columns = (statement.cells ?? []).filter(({ column }) => isEstimate(column));
  if (columns.length > 0) {
    const subject = statement.cells?.[0]?.text ?? heading;
    return columns
      .filter(({ text }) => !/^(?:[-–—]|n\/?a)?$/i.test(text))
      .map(({ text }) => ({ text, isLabelled: true, subject }));
  }
  const { label: named, value } = statement;
  if (named !== undefined && value !== undefined && isEstimate(named)) {
    return [{ text: value, isLabelled: true, subject: heading }];
  }
  const { text } = statement;
  const isAboutRecovery =
    recovery.test(text) || (recovery.test(heading) && /\b(?:procedure|whole|this|it|total)\b/i.test(text));
  if (statement.kind !== "text" || objective.test(text) || !isAboutRecovery) return [];
  const claim = sentence.exec(text)?.[0];
  return claim === undefined || isInterval(claim)
    ? []
    : [{ text: claim, isLabelled: false, subject: heading }];
}

function isEstimate(text: string): boolean {
  return label.test(text) && !objective.test(text.replace(/\bestimated RTO\b/i, ""));
}

/** `Backups are expected every 6 hours` and `kept for 30 days` say how often and how long, not how long it takes. */
function isInterval(text: string): boolean {
  return /\b(?:every|kept|retained|retention|older|last \d+|per|within the)\b/i.test(text);
}
