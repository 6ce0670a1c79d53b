import { blankMechanism, type Mechanism, type MechanismKind, type StoredAt } from "./backup-promise.ts";
import { longestCronGapSeconds } from "./cron.ts";
import { lineAt } from "./document-line.ts";
import type { Subject } from "./mechanism-kind.ts";
import { readEncryption, readGranularity, readRetention, readStorage, labels } from "./promise-details.ts";
import { readSchedule, type Schedule } from "./schedule.ts";
import type { Statement } from "./statements.ts";

/** A mechanism while its lines are being read. */
export interface Draft {
  readonly section: number;
  /** Line of the heading above that of its section; 0 where there is none. */
  readonly parent: number;
  mechanism: Mechanism;
  /** Entries of a crontab that run it. */
  readonly crons: string[];
}

export function draftOf({ kind, store }: Subject, statement: Statement): Draft {
  return {
    section: statement.section,
    parent: statement.headingLines.at(-2) ?? 0,
    mechanism: blankMechanism(kind, store, lineAt(statement)),
    crons: [],
  };
}

/** Takes a labelled detail (`Retention: 30 days`). @returns whether the label is one of a detail. */
export function takeLabelled(draft: Draft, label: string, value: string, statement: Statement): boolean {
  const { mechanism } = draft;
  if (labels.schedule.test(label)) takeSchedule(draft, scheduleUnderLabel(value), statement);
  else if (labels.retention.test(label)) {
    draft.mechanism = {
      ...mechanism,
      retention: mechanism.retention ?? readRetention(value, true, statement),
    };
  } else if (labels.granularity.test(label)) {
    draft.mechanism = {
      ...mechanism,
      granularity: mechanism.granularity ?? readGranularity(value, statement),
    };
  } else if (labels.encryption.test(label)) {
    draft.mechanism = {
      ...mechanism,
      encryption: mechanism.encryption ?? readEncryption(value, true, statement),
    };
  } else if (labels.storage.test(label)) {
    const read = readStorage(value, statement);
    const unknown = { place: "unknown", text: value, source: lineAt(statement) } as const;
    const found = read.length === 0 && !isEmptyCell(value) ? [unknown] : read;
    draft.mechanism = { ...mechanism, storage: [...mechanism.storage, ...found] };
  } else return false;
  return true;
}

/** Under a label for schedules everything is meant as one, and what isn't is reported. */
function scheduleUnderLabel(value: string): Schedule | undefined {
  if (isEmptyCell(value)) return undefined;
  return (
    readSchedule(value) ?? {
      kind: "unreadable",
      text: value,
      why: `“${value}” is no schedule that is read here`,
    }
  );
}

function isEmptyCell(value: string): boolean {
  return /^(?:[-–—]|n\/?a|none)?$/i.test(value.trim());
}

/** The first schedule that a document states for a mechanism counts, a readable one before one that is not. */
export function takeSchedule(draft: Draft, schedule: Schedule | undefined, statement: Statement): void {
  const known = draft.mechanism.schedule?.is;
  if (schedule === undefined) return;
  if (known !== undefined && (known.kind !== "unreadable" || schedule.kind === "unreadable")) return;
  draft.mechanism = { ...draft.mechanism, schedule: { is: schedule, source: lineAt(statement) } };
}

/** A further entry of a crontab: what runs on either runs as often as both together. */
export function takeCron(draft: Draft, expression: string, statement: Statement): void {
  draft.crons.push(expression);
  const seconds = longestCronGapSeconds(...draft.crons);
  if (draft.crons.length === 1 || seconds === undefined) {
    takeSchedule(draft, readSchedule(expression), statement);
  } else {
    const text = draft.crons.join(", ");
    const source = draft.mechanism.schedule?.source ?? lineAt(statement);
    draft.mechanism = { ...draft.mechanism, schedule: { is: { kind: "interval", seconds, text }, source } };
  }
}

/** Takes every detail that a sentence holds. */
export function takeDetails(draft: Draft, text: string, statement: Statement): void {
  const { mechanism } = draft;
  draft.mechanism = {
    ...mechanism,
    retention: mechanism.retention ?? readRetention(text, false, statement),
    encryption: mechanism.encryption ?? readEncryption(text, false, statement),
    storage: [...mechanism.storage, ...storageIn(text, statement)],
  };
}

const leadsTo =
  /(?:\b(?:kept|stored|saved|copied|shipped|sent|uploaded|pushed|archiv(?:ed|es|ing)|dumped|lands?|lies?|writ(?:es?|ten) (?:in)?to)\b|>|\s-[fD]|--file)[^.;]*$/i;

/** A folder is where copies go only if the sentence says so; it may be anything else. */
function storageIn(text: string, statement: Statement): StoredAt[] {
  return readStorage(text, statement).filter(
    (stored) => stored.place !== "path" || leadsTo.test(text.slice(0, text.indexOf(stored.text))),
  );
}

/** One mechanism of what is said of it in two places. */
export function merged(first: Mechanism, second: Mechanism): Mechanism {
  const isRead = first.schedule !== null && first.schedule.is.kind !== "unreadable";
  return {
    ...first,
    schedule: isRead ? first.schedule : (second.schedule ?? first.schedule),
    retention: first.retention ?? second.retention,
    granularity: first.granularity ?? second.granularity,
    storage: [...first.storage, ...second.storage],
    encryption: first.encryption ?? second.encryption,
    synchronous: first.synchronous ?? second.synchronous,
    delay: first.delay ?? second.delay,
    condition: first.condition ?? second.condition,
  };
}

/** Whether it is that mechanism of that store. */
export function isOf({ mechanism }: Draft, { kind, store }: Subject): boolean {
  return mechanism.kind === kind && mechanism.store === store;
}

/** Kinds of which a system has one per store, wherever a document speaks of it. */
export function isOnePerStore(kind: MechanismKind): boolean {
  return kind === "wal-archive" || kind === "replication";
}
