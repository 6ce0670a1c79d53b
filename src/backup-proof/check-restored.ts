import { DatabaseError } from "pg";
import { failureDetail } from "../probe/failure-detail.ts";
import type { BackupFinding } from "./backup-finding.ts";
import { checkCanary, checkQueries } from "./check-content.ts";
import { checkStorage } from "./check-storage.ts";
import { addTables, checkAgainst } from "./check-tables.ts";
import { ownFindings } from "./compare-structure.ts";
import { compareTables } from "./compare-tables.ts";
import type { Expectation } from "./expectation.ts";
import type { Manifest } from "./manifest.ts";
import { listDatabases } from "./prepare-roles.ts";
import type { ProofRecord } from "./proof-record.ts";
import type { RestoredServer } from "./restored-server.ts";
import { countRows, holdsTables, readDatabase } from "./restored-database.ts";
import type { RestoredDatabase, Session } from "./restored-session.ts";
import type { Sandbox } from "./sandbox.ts";
import { withSandboxClient } from "./sandbox-client.ts";
import type { SourceDatabase } from "./source-database.ts";

/** What a restored backup is compared with. */
export interface Expected {
  readonly manifest?: Manifest;
  readonly source?: SourceDatabase;
  readonly expectations: readonly Expectation[];
  readonly canary?: string;
}

/** Reads everything back and compares it with what was expected; the record takes what comes of it. */
export async function checkRestored(
  sandbox: Sandbox,
  record: ProofRecord,
  server: RestoredServer,
  expected: Expected,
  signal: AbortSignal,
): Promise<void> {
  const { docker } = sandbox;
  const session: Session = (database, use) =>
    withSandboxClient(docker, server.container, { database, major: server.major, signal }, use);

  const { databases, rolesThere } = await session("postgres", async (client) => {
    const roles = await client.query<{ name: string }>("select rolname as name from pg_roles");
    return {
      databases: await listDatabases(client),
      rolesThere: new Set(roles.rows.map(({ name }) => name)),
    };
  });
  const restored: RestoredDatabase[] = [];
  for (const database of databases) {
    try {
      const content = await session(database, async (client) =>
        (await holdsTables(client)) ? readDatabase(client, "restored") : undefined,
      );
      if (content !== undefined) restored.push({ database, content });
    } catch (error) {
      if (signal.aborted || (error instanceof DatabaseError && error.code?.startsWith("XX") !== true))
        throw error;
      record.check("the restored database can be read", {
        passed: "",
        findings: [brokenOff(database, error)],
      });
    }
  }
  record.check("it holds tables", {
    passed: restored
      .map(
        ({ database, content }) =>
          `${content.tables.size} tables with ${countRows(content.tables)} rows in ${database}`,
      )
      .join(", "),
    findings: restored.length > 0 ? [] : [nothingInIt],
  });
  for (const { content } of restored) {
    record.check("sequences are ahead of what they number", {
      passed: "all of them",
      findings: ownFindings(content),
    });
  }

  const subject = subjectOf(restored, expected.manifest);
  if (expected.expectations.length === 0) {
    for (const { database, content } of restored)
      addTables(record, database, compareTables(undefined, content));
  }
  for (const expectation of expected.expectations) {
    await checkAgainst(record, expectation, subject, {
      server,
      rolesThere,
      source: expected.source,
      session,
    });
  }
  await checkCanary(record, expected.canary ?? expected.manifest?.canary, restored, session);
  await checkQueries(record, expected.manifest, subject, session);
  await checkStorage(sandbox, record, server, restored);
}

/** A server that breaks off in the middle of a read has met something that it never wrote. */
function brokenOff(database: string, error: unknown): BackupFinding {
  return {
    code: "corruption",
    message: `The server broke off while it read the restored database ${database} (${failureDetail(error)}): pages of it are not as they were written.`,
  };
}

const nothingInIt: BackupFinding = {
  code: "empty-backup",
  message:
    "The backup restores without an error, and there is no table in it: it is of another database, or of one that was empty.",
};

/** The database that an expectation is about: the only one, or the one that the manifest names. */
function subjectOf(
  restored: readonly RestoredDatabase[],
  manifest: Manifest | undefined,
): RestoredDatabase | undefined {
  return restored.find(({ database }) => database === manifest?.database) ?? restored[0];
}
