import type { Client } from "pg";
import { execInContainer } from "../engine/exec.ts";
import { dataDamage } from "./data-damage.ts";
import type { Fault } from "./fault.ts";

export interface Page {
  /** Schema-qualified, as in SQL. */
  readonly table: string;
  /** Number of the page; default 0, the first. */
  readonly page?: number;
}

/** PostgreSQL's code for a page whose checksum is wrong, or whose header is none. */
const dataCorrupted = "XX001";

/**
 * Flips one byte in the data file of a table, below the server, as a disk or a controller does. No WAL is written, so that neither a
 * replica nor the archive gets to know. With checksums on, whoever reads the page gets an error; without, anything.
 *
 * The server must not have the page in its own memory: it would go on serving it, and write it over the damage. So the table is
 * locked and the page put out of memory first. That needs `pg_buffercache` of PostgreSQL 17 or later, which is rolled back again.
 */
export function flipPage(service: string, { table, page = 0 }: Page): Fault {
  return dataDamage({
    name: `flipPage(${service}, ${table} ${page})`,
    service,
    blastRadius: `flips a byte in page ${page} of ${table} in the data file of ${service}; no replica is touched`,
    async damage(client, { containerName }, { docker }) {
      await client.query("set lock_timeout = '20s'; begin");
      await client.query(`lock table ${table} in access exclusive mode`);
      await client.query("create extension if not exists pg_buffercache");
      const { path, offset } = await placeOf(client, table, page);
      await putOutOfMemory(client, table, page);
      const flipping = await execInContainer(docker, containerName, ["sh", "-euc", flip, path, offset]);
      if (flipping.exitStatus !== 0) throw new Error(flipping.stderr.trim());
      await client.query("rollback");
    },
    async observe(client) {
      const range = `ctid >= '(${page},0)' and ctid < '(${page + 1},0)'`;
      try {
        await client.query(`select count(*) from ${table} where ${range}`);
        return { inForce: false, detail: `${service} reads page ${page} of ${table}` };
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === dataCorrupted)) throw error;
        return { inForce: true, detail: `${service} says: ${error.message}` };
      }
    },
  });
}

/** Writes the complement of the byte at `$1` of the file `$0`, and checks that it stands there. */
const flip = `
byte=$(od -An -tu1 -j "$1" -N 1 "$0" | tr -d ' ')
printf "\\\\$(printf %o $((255 - byte)))" | dd of="$0" bs=1 seek="$1" conv=notrunc status=none
test "$(od -An -tu1 -j "$1" -N 1 "$0" | tr -d ' ')" = $((255 - byte))`;

/** A table's file is cut into pieces of 1 GiB. */
const fileBytes = 1024 ** 3;

async function placeOf(
  client: Client,
  table: string,
  page: number,
): Promise<{ readonly path: string; readonly offset: string }> {
  const { rows } = await client.query<{ path: string; size: string; block: string }>(
    `select current_setting('data_directory') || '/' || pg_relation_filepath($1::regclass) as path,
            pg_relation_size($1::regclass)::text as size, current_setting('block_size') as block`,
    [table],
  );
  const { path = "", size = "0", block = "0" } = rows[0] ?? {};
  const start = page * Number(block);
  if (start >= Number(size)) throw new Error(`no page ${page} in ${table}, which has ${size} bytes`);
  const piece = Math.floor(start / fileBytes);
  const middle = (start % fileBytes) + Number(block) / 2;
  return { path: piece === 0 ? path : `${path}.${piece}`, offset: String(middle) };
}

/** A page that was changed is written out on the way; the lock keeps everybody from reading it in again. */
async function putOutOfMemory(client: Client, table: string, page: number): Promise<void> {
  const inMemory = `from pg_buffercache where relfilenode = pg_relation_filenode($1::regclass) and relforknumber = 0
    and relblocknumber = $2 and reldatabase = (select oid from pg_database where datname = current_database())`;
  for (let attempt = 1; attempt <= 50; attempt += 1) {
    await client.query(`select pg_buffercache_evict(bufferid) ${inMemory}`, [table, page]);
    const { rows } = await client.query(`select bufferid ${inMemory}`, [table, page]);
    if (rows.length === 0) return;
    // The checkpointer or the background writer holds it for a moment.
    await client.query("select pg_sleep(0.1)");
  }
  throw new Error(`page ${page} of ${table} stays in the server's memory`);
}
