import type { ArchiveSettings, StoredAt } from "./backup-promise.ts";
import { lineAt } from "./document-line.ts";
import type { Statement } from "./statements.ts";
import { readDuration } from "./written-duration.ts";

/** What a document sets of PostgreSQL's archiving, in a configuration file, on a command line, in a table or in a sentence. */
export function readArchiveSettings(statements: readonly Statement[]): ArchiveSettings {
  const mode = setting(statements, "archive_mode");
  const command = setting(statements, "archive_command") ?? setting(statements, "archive_library");
  const timeout = setting(statements, "archive_timeout");
  const level = setting(statements, "wal_level");
  const seconds = timeout === undefined ? undefined : timeoutSeconds(timeout.value);
  return {
    mode:
      mode === undefined ? null : { on: /^(?:on|always|true|yes|1)$/i.test(mode.value), source: mode.source },
    command: command === undefined ? null : { text: command.value, source: command.source },
    timeout: timeout === undefined || seconds === undefined ? null : { seconds, source: timeout.source },
    walLevel: level === undefined ? null : { text: level.value, source: level.source },
  };
}

/** A number without a unit is seconds. */
function timeoutSeconds(value: string): number | undefined {
  return /^\d+$/.test(value) ? Number(value) : readDuration(value);
}

function setting(statements: readonly Statement[], name: string) {
  const inCode = new RegExp(String.raw`\b${name}\s*(?:=|:|\bto\b)\s*(.*)$`, "i");
  const inText = new RegExp(
    String.raw`\b${name}\b\s*(?:=|:|\||\b(?:is set to|is|of|set to|to)\b)\s*('[^']*'|"[^"]*"|[^\s,;|)]+(?:\s?(?:s|sec|seconds?|min|minutes?|h|hours?)\b)?)`,
    "i",
  );
  // What is configured counts before what is said about it.
  const inOrder = [
    ...statements.filter(({ kind }) => kind === "code"),
    ...statements.filter(({ kind }) => kind !== "code"),
  ];
  for (const statement of inOrder) {
    if (isComment(statement)) continue;
    const written = (statement.kind === "code" ? inCode : inText).exec(statement.text)?.[1];
    if (written !== undefined) return { value: unquoted(written), source: lineAt(statement) };
  }
  return undefined;
}

/** A line of code that does nothing. */
export function isComment({ kind, text }: Statement): boolean {
  return kind === "code" && /^(?:#|--|\/\/|;)/.test(text);
}

/** The value up to a comment, without its quotation marks: in a quoted value two of them stand for one. */
function unquoted(written: string): string {
  const text = written.trim();
  const single = /^'((?:[^']|'')*)'/.exec(text)?.[1];
  if (single !== undefined) return single.replaceAll("''", "'");
  const double = /^"([^"]*)"/.exec(text)?.[1];
  return (double ?? text.replace(/\s+#.*$/, "").replace(/[;"']+$/, "")).trim();
}

/** Where PostgreSQL keeps its data, unless a document says otherwise: in Debian's packages, the official image, Red Hat's packages. */
const usualDataFolders = ["/var/lib/postgresql", "/var/lib/pgsql", "$PGDATA", "${PGDATA}", "%d"];

/** Where the archive lies, as far as its command and the settings of its program say. Undefined where no command is given. */
export function archivePlace(
  settings: ArchiveSettings,
  statements: readonly Statement[],
): StoredAt | undefined {
  const { command, mode } = settings;
  if (mode?.on === false) return { place: "nowhere", text: "archive_mode = off", source: mode.source };
  if (command === null) return undefined;
  const { text, source } = command;
  const at = (place: StoredAt["place"], where = text): StoredAt => ({ place, text: where, source });
  if (/^(?:\/?(?:usr\/)?bin\/)?(?:true|:)?$|^exit 0$/.test(text.trim())) return at("nowhere");
  if (/\bpgbackrest\b/.test(text)) return repositoryOf(statements, text, source);
  const bucket = /\b(?:s3|gs|az|b2):\/\/[^\s'"]+/.exec(text)?.[0];
  if (bucket !== undefined) return at("object-store", bucket);
  if (/\bwal-[ge]\b/.test(text)) return walProgramPlace(statements, at);
  if (/\baws s3\b|\bgsutil\b|\baz(?:copy|\s+storage)\b|\brclone\b|\bmc cp\b/.test(text))
    return at("object-store");
  const host =
    /\bbarman-wal-archive\s+(?:-\S+\s+)*(\S+)/.exec(text)?.[1] ??
    /(?:^|\s)((?:[\w-]+@)?[\w.-]+:{1,2}[^\s'"%]+)/.exec(text)?.[1];
  if (host !== undefined || /\bssh\b/.test(text)) return at("remote", host);
  const folder = /(?<![\w.%])((?:\$\{?PGDATA\}?|%d)?\/[^\s'"]*)%f/.exec(text)?.[1];
  if (folder === undefined) return at("unknown");
  const where = folder.replace(/\/$/, "");
  if (/^\/(?:mnt|media|nfs|net|backup|backups|archive)\b/.test(where)) return at("path", where);
  return at(liesWithData(where, statements) ? "same-volume" : "same-host", where);
}

function liesWithData(folder: string, statements: readonly Statement[]): boolean {
  return [...usualDataFolders, ...dataFolders(statements)].some(
    (data) => folder === data || folder.startsWith(`${data}/`),
  );
}

/** Folders that a document gives to `initdb`, `postgres` or `pg_basebackup`, or mounts for the data. */
function dataFolders(statements: readonly Statement[]): string[] {
  return statements
    .filter(({ kind }) => kind === "code")
    .flatMap(({ text }) => [
      ...[...text.matchAll(/\b(?:initdb|postgres|pg_ctl|pg_basebackup)\b.*\s-D\s*['"]?(\/[^\s'"]+)/g)].map(
        ([, path]) => path ?? "",
      ),
      ...[...text.matchAll(/\b(?:data_directory|PGDATA)\s*[=:]\s*['"]?(\/[^\s'"]+)/g)].map(
        ([, path]) => path ?? "",
      ),
    ]);
}

function repositoryOf(statements: readonly Statement[], text: string, source: StoredAt["source"]): StoredAt {
  const find = (pattern: RegExp): { value: string; source: StoredAt["source"] } | undefined => {
    for (const statement of statements) {
      const value = isComment(statement)
        ? undefined
        : pattern.exec(statement.text)?.[1]?.replace(/[).,;]+$/, "");
      if (value !== undefined) return { value, source: lineAt(statement) };
    }
    return undefined;
  };
  const type = find(/\brepo\d*-type\s*[=:]\s*(\w+)/);
  const host = find(/\brepo\d*-host\s*[=:]\s*(\S+)/);
  const bucket = find(/\brepo\d*-(?:s3-bucket|gcs-bucket|azure-container)\s*[=:]\s*(\S+)/);
  const path = find(/\brepo\d*-path\s*[=:]\s*(\S+)/);
  if (bucket !== undefined) return { place: "object-store", text: bucket.value, source: bucket.source };
  if (type !== undefined && /^(?:s3|gcs|azure)$/.test(type.value)) {
    return { place: "object-store", text: type.value, source: type.source };
  }
  if (host !== undefined) return { place: "remote", text: host.value, source: host.source };
  if (path !== undefined) return { place: "same-host", text: path.value, source: path.source };
  return { place: "unknown", text, source };
}

function walProgramPlace(
  statements: readonly Statement[],
  at: (place: StoredAt["place"], where?: string) => StoredAt,
): StoredAt {
  for (const { text } of statements) {
    const prefix = /\bWAL[GE]_(?:S3|GS|AZ|SWIFT)_PREFIX\s*[=:]\s*['"]?(\S+)/.exec(text)?.[1];
    if (prefix !== undefined) return at("object-store", prefix);
    const folder = /\bWALG_FILE_PREFIX\s*[=:]\s*['"]?(\S+)/.exec(text)?.[1];
    if (folder !== undefined) return at("same-host", folder);
  }
  return at("unknown");
}
