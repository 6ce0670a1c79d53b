import { blocks, codeSpan, escapeText, table } from "../report/markdown.ts";
import type { BackupProof, ProofTable } from "./backup-proof-schema.ts";
import { formatBytes } from "./sandbox-limits.ts";

/** Tables in the report; all of them are in the record. */
const shownTables = 200;

const verdictSentence = {
  met: "**Proven.** The backup was restored and holds what it should.",
  missed: "**Not a good backup.**",
  inconclusive: "**Inconclusive.** This run proves nothing about the backup.",
} as const satisfies Record<BackupProof["verdict"], string>;

/** The record as Markdown, for people and for the file of an auditor. */
export function renderProof(proof: BackupProof): string {
  return `${blocks(
    `# Backup verification: ${escapeText(proof.backup.file.split("/").at(-1) ?? "")}`,
    verdictSentence[proof.verdict],
    proof.reasons.map(({ code, message }) => `- ${codeSpan(code)} ${escapeText(message)}`).join("\n"),
    "## Backup",
    backupTable(proof),
    "## Checks",
    checksTable(proof),
    proof.tables.length === 0 ? "" : blocks("## Tables", tablesTable(proof)),
    proof.notProven.length === 0
      ? ""
      : blocks("## Not proven", proof.notProven.map((line) => `- ${escapeText(line)}`).join("\n")),
    "## How it was verified",
    conditions(proof),
  )}\n`;
}

function backupTable({ backup, globals }: BackupProof): string {
  const rows: [string, string][] = [
    ["File", codeSpan(backup.file)],
    [
      "Size",
      `${formatBytes(backup.bytes)}${backup.unpackedBytes === null ? "" : `, ${formatBytes(backup.unpackedBytes)} unpacked`}`,
    ],
    ["SHA-256", backup.sha256 === null ? "not read to its end" : codeSpan(backup.sha256)],
    ["Wrapped in", backup.wrappings.length === 0 ? "nothing" : escapeText(backup.wrappings.join(" around "))],
    ["Kind", escapeText(backup.kind ?? "nothing that could be restored")],
    ["Database", escapeText(backup.database ?? "the file does not say")],
    ["Dumped from", escapeText(backup.dumpedFrom ?? "the file does not say")],
    [
      "Dumped by",
      backup.dumpedBy === null ? "the file does not say" : `pg\\_dump ${escapeText(backup.dumpedBy)}`,
    ],
    ["Made at", madeAt(backup)],
  ];
  if (globals !== null) rows.push(["Roles from", codeSpan(globals.file)]);
  return table(["", ""], rows);
}

function madeAt({ madeAt: at, madeAtFrom }: BackupProof["backup"]): string {
  if (at === null) return "nothing in it says so";
  return madeAtFrom === "manifest"
    ? `${at} (its manifest)`
    : `${at} (its header: the clock of the machine that made it, taken for UTC)`;
}

function checksTable({ checks }: BackupProof): string {
  if (checks.length === 0) return "None was made.";
  return table(
    ["check", "outcome", "of the data", "what was found"],
    checks.map(({ name, outcome, ofData, detail }) => [
      escapeText(name),
      outcome === "failed" ? "**failed**" : outcome === "not-run" ? "not run" : outcome,
      ofData ? "yes" : "",
      escapeText(detail),
    ]),
  );
}

/** What is wrong comes first. */
const order: readonly ProofTable["result"][] = [
  "missing",
  "differs",
  "unexpected",
  "not-compared",
  "same-rows",
  "same",
];

function tablesTable({ tables }: BackupProof): string {
  const sorted = tables.toSorted((a, b) => order.indexOf(a.result) - order.indexOf(b.result));
  const shown = sorted
    .slice(0, shownTables)
    .map((one) => [
      codeSpan(one.table),
      one.result,
      one.expectedRows ?? "",
      one.rows ?? "",
      one.digest ?? "",
      one.firstDifferences.map(({ key, difference }) => `${escapeText(key)} ${difference}`).join(", "),
    ]);
  const rest = tables.length - shown.length;
  return blocks(
    table(["table", "result", "rows expected", "rows found", "digest", "first rows that differ"], shown, [
      "left",
      "left",
      "right",
      "right",
      "right",
      "left",
    ]),
    rest > 0 ? `And ${rest} more, in the record.` : "",
  );
}

function conditions({
  server,
  restoreSeconds,
  phases,
  limits,
  engine,
  runId,
  startedAt,
  expectation,
}: BackupProof): string {
  return [
    `- Run ${codeSpan(runId)}, started at ${startedAt}.`,
    `- Compared with: ${expectation === null ? "nothing" : escapeText(expectation.label)}.`,
    `- Restored in a container without a network, without capabilities and with a read-only root: ${server === null ? "no server was started" : `PostgreSQL ${escapeText(server.version)}, image ${codeSpan(server.image)} (${codeSpan(server.imageId.slice(0, 19))})`}.`,
    `- Limits: ${formatBytes(limits.diskBytes)} for the unpacked backup and as much for the server's files, ${formatBytes(limits.memoryBytes)} of memory, ${limits.processes} processes, ${limits.timeMs / 1000} s; unpacking to at most ${limits.unpackRatio} times the size.`,
    `- Time: ${phases.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)} s`).join(", ")}${restoreSeconds === null ? "" : `; fetched and restored in ${restoreSeconds.toFixed(1)} s`}.`,
    engine === null ? "" : `- Engine ${escapeText(engine.version)}, API ${escapeText(engine.apiVersion)}.`,
  ]
    .filter((line) => line !== "")
    .join("\n");
}
