import type { RestoredServer } from "./restored-server.ts";
import type { OpenedVerification } from "./open-verification.ts";

/** What a verification says nothing about, so that nobody takes it for proven. */
export function notProvenBy(
  {
    expected,
    key,
    fileList,
    options: { target },
  }: Pick<OpenedVerification, "expected" | "key" | "fileList" | "options">,
  { withRoles, kind }: Pick<RestoredServer, "withRoles" | "kind">,
): string[] {
  const { expectations, source } = expected;
  const always =
    target === undefined
      ? "Any other moment than that of the backup: what was written after it is not in it."
      : "Any other moment than the one that was asked for.";
  const isOfFiles = kind === "base-backup" || kind === "pgbackrest";
  if (kind === "redis-rdb") {
    return [
      ...(expectations.length === 0 ? ["Completeness: nothing said which keys should be there."] : []),
      "Keys that expire by themselves, users and settings.",
      ...(key === undefined ? ["Encryption: none was asked for."] : []),
      always,
    ];
  }
  return [
    ...(expectations.length === 0
      ? [
          "Completeness: nothing said which tables and rows should be there, so a table that is silently absent, or a row that changed, would not show.",
        ]
      : []),
    ...expectations.flatMap(({ complete, label, tables }) => [
      ...(complete ? [] : [`Tables that ${label} does not name.`]),
      ...([...tables.values()].some(({ digest }) => digest === undefined)
        ? [`The content of tables of which ${label} gives the number of rows only.`]
        : []),
    ]),
    ...(expectations.length > 0 && source === undefined
      ? [
          "Schema and rights against the source: a manifest names tables, sequences and roles. That everything in the dump restores without an error is shown.",
        ]
      : []),
    ...(source === undefined
      ? []
      : [
          "That the source was not written to between the dump and this comparison: a difference may be younger than the backup.",
        ]),
    ...(withRoles
      ? []
      : [
          "Roles, their passwords and the settings of roles and server: a dump of one database has none of them (--globals).",
        ]),
    ...(key === undefined ? ["Encryption: none was asked for."] : []),
    ...(kind === "cluster-dump" || isOfFiles
      ? ["Databases beyond the one that was compared, but for their restore."]
      : []),
    ...(isOfFiles
      ? [
          "The settings of the server that was backed up: the restored one has its own.",
          ...(fileList === undefined && kind === "base-backup"
            ? ["That every file is as the server wrote it (--backup-manifest)."]
            : []),
        ]
      : []),
    "Large objects and the content of materialised views, beyond their restore without an error.",
    always,
  ];
}
