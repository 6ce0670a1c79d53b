import type { ClientBase } from "pg";
import { failureDetail } from "../probe/failure-detail.ts";
import { accessChecks } from "./access-checks.ts";
import type { CheckResult, IntegritySnapshot } from "./integrity-snapshot.ts";
import type { PostgresCheck } from "./postgres-check.ts";
import { schemaChecks } from "./schema-checks.ts";
import { serverChecks } from "./server-checks.ts";
import { digestQuery, digestTable, pinnedSettings, type TableDigest } from "./table-digest.ts";

export interface PostgresIntegrityOptions {
  readonly node: string;
  /** The system's scan and the run to scan for: data that no outage may change, whatever else is written meanwhile. */
  readonly baseData?: { readonly scan: string; readonly run: string };
  /** Tables that nothing writes between the two snapshots, schema-qualified; each is counted and digested. Default none. */
  readonly tables?: readonly string[];
}

/**
 * Collects what a PostgreSQL database must be again after recovery. `client` is a superuser's; its session settings are changed. A
 * check that can't run is kept as such.
 */
export async function collectPostgresIntegrity(
  client: ClientBase,
  { node, baseData, tables = [] }: PostgresIntegrityOptions,
): Promise<IntegritySnapshot> {
  await client.query(pinnedSettings);
  const checks: Record<string, CheckResult> = {};
  for (const check of [...schemaChecks, ...accessChecks, ...serverChecks]) {
    checks[check.name] = await attempt(() => objectsOf(client, check));
  }
  if (baseData !== undefined) {
    checks["base-data"] = await attempt(async () => ({
      "base data": stateOf(await digestQuery(client, baseData.scan, [baseData.run])),
    }));
  }
  for (const table of tables) {
    // Each on its own, so that one table that can't be read does not hide the others.
    checks[`table ${table}`] = await attempt(async () => ({
      [table]: stateOf(await digestTable(client, table)),
    }));
  }
  return { store: "postgres", node, checks };
}

async function objectsOf(client: ClientBase, { sql }: PostgresCheck): Promise<Record<string, string>> {
  const { rows } = await client.query<{ object: string; state: string | null }>(sql);
  return Object.fromEntries(rows.map(({ object, state }) => [object, state ?? ""]));
}

function stateOf({ rows, sum }: TableDigest): string {
  return `${rows} rows, digest ${sum}`;
}

/** Runs one check; what goes wrong is its result. */
export async function attempt(check: () => Promise<Readonly<Record<string, string>>>): Promise<CheckResult> {
  try {
    return { ran: true, objects: await check() };
  } catch (error) {
    return { ran: false, reason: failureDetail(error) };
  }
}
