import type { Client } from "pg";

/** A byte in a file of the server. */
interface Place {
  readonly path: string;
  readonly offset: number;
}

/** A table's file is cut into pieces of 1 GiB. */
const fileBytes = 1024 ** 3;

/** In the last bytes of a page stands the end of its first row, whether the page is full or not. */
const fromEnd = 4;

/** The byte of a page to damage, as the container in which the server runs knows it. */
export async function placeInFile(client: Client, table: string, page: number): Promise<Place> {
  const { rows } = await client.query<{ path: string; size: string; block: string }>(
    `select current_setting('data_directory') || '/' || pg_relation_filepath($1::regclass) as path,
            pg_relation_size($1::regclass)::text as size, current_setting('block_size') as block`,
    [table],
  );
  const { path = "", size = "0", block = "0" } = rows[0] ?? {};
  const end = (page + 1) * Number(block);
  if (end > Number(size)) throw new Error(`no page ${page} in ${table}, which has ${size} bytes`);
  const byte = end - fromEnd;
  const piece = Math.floor(byte / fileBytes);
  return { path: piece === 0 ? path : `${path}.${piece}`, offset: byte % fileBytes };
}

/**
 * The server must not have the page in its own memory: it would go on serving it, and write it over the damage. A page that was changed
 * is written out on the way. Needs a transaction that has locked the table, so that nobody reads the page in again, and that is rolled
 * back, and `pg_buffercache` of PostgreSQL 17 or later with it.
 */
export async function putOutOfMemory(client: Client, table: string, page: number): Promise<void> {
  await client.query("create extension if not exists pg_buffercache");
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

/** A program that writes the complement of a byte and checks that it stands there: what it did once, it undoes. */
export function flipByte({ path, offset }: Place): readonly string[] {
  return ["sh", "-euc", flip, path, String(offset)];
}

const flip = `
byte=$(od -An -tu1 -j "$1" -N 1 "$0" | tr -d ' ')
printf "\\\\$(printf %o $((255 - byte)))" | dd of="$0" bs=1 seek="$1" conv=notrunc status=none
test "$(od -An -tu1 -j "$1" -N 1 "$0" | tr -d ' ')" = $((255 - byte))`;
