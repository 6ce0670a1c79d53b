import { isComment } from "./archive-settings.ts";
import type { StoredAt } from "./backup-promise.ts";
import { lineAt } from "./document-line.ts";
import { draftOf, type Draft } from "./mechanism-draft.ts";
import { seedsReplica, setsUpReplica, subjectOf, type Subject } from "./mechanism-kind.ts";
import { readStorage } from "./promise-details.ts";
import { replicationDetails } from "./replication-details.ts";
import type { Statement } from "./statements.ts";

const upload =
  /\b(?:aws s3 (?:cp|mv|sync)|gsutil|rclone (?:copy|sync)|mc (?:cp|mirror)|azcopy|scp|rsync|s3cmd put|restic|curl .*-T)\b/;

/** What the commands and settings of a code block say: which kind of backup it makes, where it puts it, that a replica is set up. */
export function takeScript(block: readonly Statement[], section: Subject | undefined, drafts: Draft[]): void {
  let condition: Statement | undefined;
  for (const statement of block) {
    if (isComment(statement)) continue;
    const { text } = statement;
    if (/^if\b/.test(text)) condition = statement;
    if (/^fi\b/.test(text)) condition = undefined;
    const isSeed = seedsReplica(text, statement.headings);
    if (isSeed || setsUpReplica(text)) takeReplica(statement, drafts);
    if (isSeed) continue;
    const subject = subjectOf(text);
    if (subject !== undefined && makesBackup(text)) takeCommand(subject, section, statement, drafts);
    if (isUpload(statement)) takeUpload(statement, condition, drafts);
  }
}

/** A command that takes a copy to another place. */
export function isUpload(statement: Statement): boolean {
  return !isComment(statement) && upload.test(statement.text) && uploadedTo(statement).length > 0;
}

/** Where it goes. A download goes to a folder. */
export function uploadedTo(statement: Statement): StoredAt[] {
  const [, last = ""] =
    /(\S+)(?:\s*(?:&&|\|\||;|\|).*)?$/.exec(statement.text.replace(/\s*(?:&&|\|\||;|\|)\s*$/, "")) ?? [];
  const isDownload = /\baws s3\b/.test(statement.text) && !/s3:\/\//.test(last);
  return isDownload ? [] : readStorage(statement.text, statement).filter(({ place }) => place !== "path");
}

/** What is made now and then, and can be taken elsewhere. */
export function isCopy({ mechanism }: Draft): boolean {
  return mechanism.kind !== "replication" && mechanism.kind !== "wal-archive";
}

function makesBackup(command: string): boolean {
  return /\bpg_dump(?:all)?\s|\bpg_basebackup\s|\bpgbackrest\b.*\bbackup\b|\bbackup-push\b|\bbarman backup\b|\bBGSAVE\b|\bredis-cli\b.*--rdb/i.test(
    command,
  );
}

function takeReplica(statement: Statement, drafts: Draft[]): void {
  const isRedis = /^(?:replicaof|slaveof)\b/i.test(statement.text);
  const subject: Subject = { kind: "replication", store: isRedis ? "redis" : "database" };
  const known = find(subject, drafts);
  const draft = known ?? draftOf(subject, statement);
  if (known === undefined) drafts.push(draft);
  draft.mechanism = replicationDetails(draft.mechanism, statement);
}

/** The command of a section's backup is no second one; what it says of its kind and its file counts. */
function takeCommand(
  subject: Subject,
  section: Subject | undefined,
  statement: Statement,
  drafts: Draft[],
): void {
  const unclear = drafts.find(
    ({ mechanism }) => mechanism.kind === "backup" && mechanism.store === subject.store,
  );
  let draft = find(subject, drafts) ?? unclear;
  if (draft === undefined && section === undefined) return;
  if (draft === undefined) drafts.push((draft = draftOf(subject, statement)));
  const { mechanism } = draft;
  const file = /(?:>|\s-f|--file[= ]|\s-D)\s*["']?(\/(?!dev\/)[^\s"';|&]+)\//.exec(statement.text)?.[1];
  const kept = file === undefined ? [] : [{ place: "path", text: file, source: lineAt(statement) } as const];
  draft.mechanism = { ...mechanism, kind: subject.kind, storage: [...mechanism.storage, ...kept] };
}

function takeUpload(statement: Statement, condition: Statement | undefined, drafts: Draft[]): void {
  const copies = drafts.filter(isCopy);
  // What lies in the folder, or in one below it, is uploaded with it.
  const folders = readFolders(statement.text);
  const inFolder = copies.filter(({ mechanism }) =>
    mechanism.storage.some(
      ({ place, text }) => place === "path" && folders.some((folder) => `${text}/`.startsWith(folder)),
    ),
  );
  const places = uploadedTo(statement);
  for (const draft of inFolder.length > 0 ? inFolder : copies.slice(0, 1)) {
    const { mechanism } = draft;
    draft.mechanism = {
      ...mechanism,
      storage: [...mechanism.storage, ...places],
      condition: mechanism.condition ?? (condition === undefined ? null : lineAt(condition)),
    };
  }
}

function readFolders(command: string): string[] {
  return [...command.matchAll(/(?<=[\s"'])(\/[\w./-]+)\//g)].map(([, folder]) => `${folder ?? ""}/`);
}

function find({ kind, store }: Subject, drafts: readonly Draft[]): Draft | undefined {
  return drafts.find(({ mechanism }) => mechanism.kind === kind && mechanism.store === store);
}
