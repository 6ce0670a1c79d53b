import type { Client } from "pg";
import { quoteIdentifier } from "../integrity/column-expression.ts";
import { sandboxUser } from "./sandbox.ts";

/** The database that a dump is loaded into, where it does not make its own. */
export const restoredDatabase = "restored";

/**
 * Makes the roles that are said to be there without the backup. On a server of its own `postgres` is one of them: every installation
 * has it; a backup of roles brings it itself.
 */
export async function prepareRoles(client: Client, roles: readonly string[]): Promise<void> {
  for (const role of roles) await client.query(`create role ${quoteIdentifier(role)} login`);
}

export const usualSuperuser = "postgres";

export async function prepareSuperuser(client: Client): Promise<void> {
  await client.query(
    `create role ${usualSuperuser} superuser createdb createrole replication bypassrls login`,
  );
}

/** Who restores: `postgres` where it is a superuser, as on the server that it will be restored on in earnest. */
export async function restoringUser(client: Client): Promise<string> {
  const { rows } = await client.query("select from pg_roles where rolname = $1 and rolsuper", [
    usualSuperuser,
  ]);
  return rows.length > 0 ? usualSuperuser : sandboxUser;
}

/** Makes the database to restore into, its owner being who restores. */
export async function createDatabase(client: Client, owner: string): Promise<void> {
  await client.query(
    `create database ${quoteIdentifier(restoredDatabase)} template template0 owner ${quoteIdentifier(owner)}`,
  );
}

/** The databases that a restore may have filled. */
export async function listDatabases(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "select datname as name from pg_database where datallowconn and not datistemplate order by 1",
  );
  return rows.map(({ name }) => name);
}
