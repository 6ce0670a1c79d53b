import type { Client } from "pg";
import type { BackupFinding } from "./backup-finding.ts";
import type { ProofTable } from "./backup-proof-schema.ts";
import { expectedStateFindings, structureFindings } from "./compare-structure.ts";
import { compareTables, tableFindings, type ComparedTable } from "./compare-tables.ts";
import { canFail, type Expectation } from "./expectation.ts";
import type { ProofRecord } from "./proof-record.ts";
import type { RestoredServer } from "./restored-server.ts";
import { countRows } from "./restored-database.ts";
import type { RestoredDatabase, Session } from "./restored-session.ts";
import type { SourceDatabase } from "./source-database.ts";

/** The server that was restored, and whom it can be compared with. */
export interface ComparedServer {
  readonly server: RestoredServer;
  readonly rolesThere: ReadonlySet<string>;
  readonly source: SourceDatabase | undefined;
  readonly session: Session;
}

/** Compares one restored database with what was expected of it: rows, sequences, roles, and all else where that is known. */
export async function checkAgainst(
  record: ProofRecord,
  expectation: Expectation,
  subject: RestoredDatabase | undefined,
  { server, rolesThere, source, session }: ComparedServer,
): Promise<void> {
  if (subject === undefined) return;
  const { database, content } = subject;
  const tables = compareTables(expectation, content);
  let findings = tableFindings(tables, expectation.label);
  const named = new Map<string, ProofTable["firstDifferences"]>();
  if (expectation.origin === "source" && source !== undefined) {
    const moved: string[] = [];
    for (const { name, result, expected } of tables) {
      if (result !== "differs") continue;
      const now = await source.digestNow(name);
      if (now.digest !== expected?.digest || now.rows !== expected.rows) moved.push(name);
      else named.set(name, await session(database, (client) => nameRows(source, client, name)));
    }
    findings = findings.map((finding) => withRows(finding, named));
    if (moved.length > 0) findings.push(sourceMoved(moved, source.label));
  }
  const compared = tables.filter(({ result }) => result !== "not-compared");
  record.check(`every table is as ${expectation.label} says`, {
    ofData: canFail(expectation),
    passed: `${compared.length} tables with ${countRows(content.tables)} rows`,
    findings,
  });
  addTables(record, database, tables, named);
  record.check(`sequences and roles are as ${expectation.label} says`, {
    passed: `${expectation.sequences.size} sequences, ${expectation.roles.length} roles`,
    findings: expectedStateFindings(expectation, content, { rolesThere, missed: server.missingRoles }),
  });
  if (expectation.structure === undefined) return;
  if (source?.major !== server.major) {
    record.notProven.push(
      `Schema and rights against the source: that is PostgreSQL ${source?.major ?? ""}, the restored server is ${server.major}, and the two describe them in different words.`,
    );
    return;
  }
  record.check(`schema and rights are as ${expectation.label} says`, {
    passed: "columns, constraints, indexes, triggers, functions, types, policies, extensions, grants",
    findings: structureFindings(expectation, content.integrity, server.withRoles),
  });
}

async function nameRows(
  source: SourceDatabase,
  client: Client,
  table: string,
): Promise<ProofTable["firstDifferences"]> {
  const rows = await source.differingRows(client, table);
  return rows.map(({ key, before, after }) => ({
    // The key of a row without one is the row itself: its content is nobody's business here.
    key: key === (before ?? after) ? "a row without a primary key" : key.slice(0, 120),
    difference: before === undefined ? "unexpected" : after === undefined ? "missing" : "changed",
  }));
}

function withRows(
  finding: BackupFinding,
  named: ReadonlyMap<string, ProofTable["firstDifferences"]>,
): BackupFinding {
  const [, rows] = [...named].find(([table]) => finding.message.startsWith(`${table} `)) ?? [];
  if (finding.code !== "table-differs" || rows === undefined || rows.length === 0) return finding;
  const list = rows.map(({ key, difference }) => `${key} ${difference}`).join(", ");
  return { ...finding, message: `${finding.message.replace(/\.$/, "")}; the first rows: ${list}.` };
}

function sourceMoved(tables: readonly string[], label: string): BackupFinding {
  return {
    code: "source-moved",
    message: `${label} was written to while it was compared (${tables.join(", ")}): it has to stand still, or give the manifest that was written with the dump.`,
  };
}

/** Puts the tables of a database into the record, in whatever way they compare. */
export function addTables(
  record: ProofRecord,
  database: string,
  tables: readonly ComparedTable[],
  named: ReadonlyMap<string, ProofTable["firstDifferences"]> = new Map(),
): void {
  for (const { name, expected, found, result } of tables) {
    record.tables.push({
      database,
      table: name,
      result,
      rows: found?.rows ?? null,
      digest: found?.digest ?? null,
      expectedRows: expected?.rows ?? null,
      expectedDigest: expected?.digest ?? null,
      firstDifferences: [...(named.get(name) ?? [])],
    });
  }
}
