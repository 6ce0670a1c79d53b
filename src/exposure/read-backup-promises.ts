import { archivePlace, isComment, readArchiveSettings } from "./archive-settings.ts";
import {
  blankMechanism,
  type ArchiveSettings,
  type BackupPromises,
  type Mechanism,
} from "./backup-promise.ts";
import { lineAt, type DocumentLine, type NotUnderstood } from "./document-line.ts";
import { isOnePerStore, merged, type Draft } from "./mechanism-draft.ts";
import { seedsReplica } from "./mechanism-kind.ts";
import { readSection } from "./read-section.ts";
import { isAboutSomethingElse, titleOf } from "./section-subject.ts";
import { readStatements, type Statement } from "./statements.ts";
import { survives } from "./survival.ts";
import { isCopy, uploadedTo } from "./take-script.ts";

/**
 * What any Markdown document promises about backups, with the line of everything: dumps, base backups, WAL archiving, replication and
 * copies of the configuration, each with its schedule, retention, granularity, storage and encryption as far as they are stated.
 *
 * What it can't read it does not guess: `notUnderstood` has each line with the reason.
 *
 * @throws HarnessError 65 for binary content or an unterminated fence.
 */
export function readBackupPromises(markdown: string, file: string): BackupPromises {
  const statements = readStatements(markdown, file);
  const title = titleOf(statements);
  const notUnderstood: NotUnderstood[] = [];
  const drafts: Draft[] = [];
  const uploads: Statement[] = [];
  for (const section of bySection(statements)) {
    if (isAboutSomethingElse(section[0]?.headings ?? [], title)) continue;
    const read = readSection(section, title);
    drafts.push(...read.drafts);
    uploads.push(...read.uploads);
    notUnderstood.push(...read.notUnderstood);
  }
  takeUploadsOfProcedure(drafts, uploads);
  // A backup of no known kind, at no known time, is a mention.
  const described = drafts
    .map(({ mechanism }) => mechanism)
    .filter(({ kind, schedule }) => kind !== "backup" || schedule !== null);
  const archive = readArchiveSettings(statements);
  const mechanisms = withArchive(together(described), archive, statements);
  return {
    file,
    mechanisms,
    archive,
    replicaSeeds: statements
      .filter((each) => each.kind === "code" && !isComment(each) && seedsReplica(each.text, each.headings))
      .map(lineAt),
    mentionedBase: mechanisms.some(({ kind }) => kind === "base-backup") ? null : mentionedBase(statements),
    claimsReplication: claimOf(statements),
    notUnderstood: [...notUnderstood, ...mechanisms.flatMap(unreadableSchedule)],
  };
}

/** The steps of a procedure have a heading each, and one of them uploads what the others made. */
function takeUploadsOfProcedure(drafts: readonly Draft[], uploads: readonly Statement[]): void {
  for (const draft of drafts.filter(isCopy)) {
    const isElsewhere = survives(draft.mechanism.storage).covers === "yes";
    const upload = uploads.find(
      ({ headingLines }) => draft.parent !== 0 && headingLines.at(-2) === draft.parent,
    );
    if (isElsewhere || upload === undefined) continue;
    const { mechanism } = draft;
    draft.mechanism = { ...mechanism, storage: [...mechanism.storage, ...uploadedTo(upload)] };
  }
}

function bySection(statements: readonly Statement[]): Statement[][] {
  const sections = new Map<number, Statement[]>();
  for (const statement of statements) {
    const section = sections.get(statement.section);
    if (section === undefined) sections.set(statement.section, [statement]);
    else section.push(statement);
  }
  return [...sections.values()];
}

/** Joins what is said of one mechanism in several places. A dump named without a schedule is the one that has one. */
function together(mechanisms: readonly Mechanism[]): Mechanism[] {
  const joined: Mechanism[] = [];
  for (const mechanism of mechanisms) {
    const index = joined.findIndex(
      (each) =>
        each.kind === mechanism.kind &&
        each.store === mechanism.store &&
        (isOnePerStore(each.kind) || each.schedule === null || mechanism.schedule === null),
    );
    const same = joined[index];
    if (same === undefined) joined.push(mechanism);
    else joined[index] = merged(same, mechanism);
  }
  return joined;
}

/** Adds where the archive lies; settings alone describe an archive, too. */
function withArchive(
  mechanisms: readonly Mechanism[],
  archive: ArchiveSettings,
  statements: readonly Statement[],
): Mechanism[] {
  const place = archivePlace(archive, statements);
  const source = archive.command?.source ?? archive.timeout?.source;
  if (source === undefined) return [...mechanisms];
  const isArchive = ({ kind }: Mechanism): boolean => kind === "wal-archive";
  const named = mechanisms.find(isArchive);
  const configured: Mechanism = named ?? blankMechanism("wal-archive", "database", source);
  // What the command does counts, whatever is said of it.
  const decided = place === undefined || place.place === "unknown" ? configured.storage : [place];
  // A program that archives keeps its base backups in the same repository.
  const isProgram = /\bpgbackrest\b|\bwal-[ge]\b|\bbarman\b/.test(archive.command?.text ?? "");
  const others = mechanisms
    .filter((each) => !isArchive(each))
    .map((each) =>
      isProgram && each.kind === "base-backup" && each.storage.length === 0
        ? { ...each, storage: decided }
        : each,
    );
  return [...others, { ...configured, storage: decided }];
}

/** Outside of what sets up a replica, which is filled by one and keeps none. */
function mentionedBase(statements: readonly Statement[]): DocumentLine | null {
  const base =
    /\bbase[- ]?backups?\b|\bpg_basebackup\b|\bpgbackrest\b.*\brestore\b|\bbackup-fetch\b|\bbarman recover\b/i;
  const replica = /\breplica|\bstandby/i;
  const mention = statements.find(
    (each) =>
      !isComment(each) && base.test(each.text) && !replica.test(`${each.headings.join(" ")} ${each.text}`),
  );
  return mention === undefined ? null : lineAt(mention);
}

function claimOf(statements: readonly Statement[]): DocumentLine | null {
  const claim = statements.find(claimsReplication);
  return claim === undefined ? null : lineAt(claim);
}

/** A sentence that rests the RPO on replication. */
function claimsReplication({ kind, text, headings }: Statement): boolean {
  const rpo = /\bRPO\b|\brecovery[ -]point[ -]objective\b/i;
  return (
    kind !== "code" &&
    /\breplicat(?:ion|ed|ing)\b/i.test(text) &&
    (rpo.test(text) || rpo.test(headings.at(-1) ?? ""))
  );
}

function unreadableSchedule({ schedule }: Mechanism): NotUnderstood[] {
  if (schedule?.is.kind !== "unreadable") return [];
  return [{ source: schedule.source, why: `The schedule can't be read: ${schedule.is.why}.` }];
}
