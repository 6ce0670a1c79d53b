import type { Client } from "pg";
import type { BackupFinding } from "./backup-finding.ts";
import { findCanary } from "./canary.ts";
import type { Manifest } from "./manifest.ts";
import type { ProofRecord } from "./proof-record.ts";
import type { RestoredDatabase, Session } from "./restored-session.ts";

/** Looks for the token that has to come back exactly, if there is one. */
export async function checkCanary(
  record: ProofRecord,
  token: string | undefined,
  restored: readonly RestoredDatabase[],
  session: Session,
): Promise<void> {
  if (token === undefined) return;
  const places: string[] = [];
  for (const { database } of restored) {
    places.push(...(await session(database, (client) => findCanary(client, token))));
  }
  record.check("the canary came back", {
    ofData: true,
    passed: `exactly, in ${places.join(", ")}`,
    findings: canaryFindings(places, "no column of any table"),
  });
}

/** `nowhere`: where it is when it is nowhere, as in `no column of any table`. */
export function canaryFindings(places: readonly string[], nowhere: string): BackupFinding[] {
  if (places.length > 0) return [];
  return [
    {
      code: "canary-missing",
      message: `The canary is in ${nowhere}: the backup was made before it was put there, or lost it.`,
    },
  ];
}

/** Asks what the manifest asks. */
export async function checkQueries(
  record: ProofRecord,
  manifest: Manifest | undefined,
  subject: RestoredDatabase | undefined,
  session: Session,
): Promise<void> {
  for (const { name, sql, expect } of manifest?.queries ?? []) {
    const found =
      subject === undefined
        ? "no database"
        : await session(subject.database, (client) => valueOf(client, sql));
    record.check(`the query ${name} gives what it should`, {
      ofData: true,
      passed: expect,
      findings:
        found === expect
          ? []
          : [
              {
                code: "query-differs",
                message: `The query ${name} should give ${expect}, and gives ${found}.`,
              },
            ],
    });
  }
}

/** The first value that a query gives, as the server prints it. */
async function valueOf(client: Client, sql: string): Promise<string> {
  try {
    await client.query("begin read only; set local search_path = public");
    const { rows } = await client.query<(string | null)[]>({
      text: sql,
      rowMode: "array",
      types: { getTypeParser: () => (value: string) => value },
    });
    return rows[0]?.[0] ?? "nothing";
  } catch (error) {
    return error instanceof Error ? `an error (${error.message})` : String(error);
  } finally {
    await client.query("rollback").catch(() => undefined);
  }
}
