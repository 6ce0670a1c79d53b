import type { Client } from "pg";
import type { StartedTopology } from "../topology/started-topology.ts";
import { damageFault, notDamaged } from "./damage.ts";
import { inContainerOf, onPostgres } from "./damaged-server.ts";
import type { Fault } from "./fault.ts";

export interface PageOf {
  readonly service: string;
  readonly table: string;
  /** From 0; of the first file of the table, and one that clients neither read nor write meanwhile. */
  readonly page: number;
}

const pageBytes = 8192;

/** In the last bytes of a page stands the end of its first row: no server changes them for its own book-keeping. */
const offset = pageBytes - 4;

const attempts = 10;

/**
 * Flips the bits of one byte of a table's file, as a disk does, and takes the page out of the server's memory, so that the next read
 * meets it. Lifting flips them back, and resets the counter of checksum failures.
 */
export function damagePage({ service, table, page }: PageOf): Fault {
  return damageFault({
    name: `damagePage(${page} of ${table})`,
    service,
    does: `flips a byte of page ${page} of ${table} on disk`,
    read: (topology) => onPostgres(topology, service, (client) => readPage(client, table, page)),
    plant: (topology) =>
      onPostgres(topology, service, async (client) => {
        const file = await fileOf(client, table);
        // Until a checkpoint the file may hold an older page than the server has in memory, or none.
        await client.query("checkpoint");
        const before = await byteOf(client, table, page);
        const { rows } = await client.query("select from pg_extension where extname = 'pg_buffercache'");
        await client.query("create extension if not exists pg_buffercache");
        try {
          for (let attempt = 1; ; attempt += 1) {
            // A page that was changed meanwhile is written when it goes, so it goes before and after.
            await evict(client, table, page);
            await writeByte(topology, service, file, page, before ^ 0xff);
            await evict(client, table, page);
            if ((await refusal(client, table, page)) !== undefined) break;
            if (attempt < attempts) continue;
            await writeByte(topology, service, file, page, before);
            throw notDamaged(
              `the server to refuse page ${page} of ${table}`,
              "that it reads it",
              "see whether it has data checksums",
            );
          }
        } finally {
          if (rows.length === 0) await client.query("drop extension pg_buffercache");
        }
        return async () => {
          await writeByte(topology, service, file, page, before);
          await onPostgres(topology, service, (again) => again.query("select pg_stat_reset()"));
        };
      }),
  });
}

/** That the server reads the page says that each of its bytes is right: its checksum is. */
async function readPage(client: Client, table: string, page: number): Promise<string> {
  const refused = await refusal(client, table, page);
  const { rows } = await client.query<{ failures: string }>(
    "select checksum_failures::text as failures from pg_stat_database where datname = current_database()",
  );
  const counted = rows[0]?.failures === "0" ? "no" : "some";
  return `${refused ?? "the server reads the page"}, and has counted ${counted} checksum failures`;
}

/** Why the server does not read the page; undefined where it does. */
async function refusal(client: Client, table: string, page: number): Promise<string | undefined> {
  try {
    await client.query(
      `select count(*) from ${table} where ctid >= '(${page},0)'::tid and ctid < '(${page + 1},0)'::tid`,
    );
    return undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "XX001")
      return "the server refuses the page";
    throw error;
  }
}

/** Relative to the data directory, as the server's own functions take it. */
async function fileOf(client: Client, table: string): Promise<string> {
  const { rows } = await client.query<{ file: string }>("select pg_relation_filepath($1::regclass) as file", [
    table,
  ]);
  return rows[0]?.file ?? "";
}

/** As it stands in the file, whatever the server has in memory. */
async function byteOf(client: Client, table: string, page: number): Promise<number> {
  const { rows } = await client.query<{ byte: number }>(
    "select get_byte(pg_read_binary_file(pg_relation_filepath($1::regclass), $2::bigint, 1), 0) as byte",
    [table, page * pageBytes + offset],
  );
  const [row] = rows;
  if (row === undefined)
    throw notDamaged(`page ${page} of ${table} to damage`, "none", "name one that is there");
  return row.byte;
}

async function evict(client: Client, table: string, page: number): Promise<void> {
  await client.query(
    `select pg_buffercache_evict(bufferid) from pg_buffercache
     where reldatabase = (select oid from pg_database where datname = current_database())
       and relfilenode = pg_relation_filenode($1::regclass) and relforknumber = 0 and relblocknumber = $2`,
    [table, page],
  );
}

async function writeByte(
  topology: StartedTopology,
  service: string,
  file: string,
  page: number,
  byte: number,
): Promise<void> {
  const directory = await onPostgres(topology, service, async (client) => {
    const { rows } = await client.query<{ data_directory: string }>("show data_directory");
    return rows[0]?.data_directory ?? "";
  });
  const octal = `\\${byte.toString(8).padStart(3, "0")}`;
  await inContainerOf(topology, service, [
    "sh",
    "-c",
    `printf '${octal}' | dd of='${directory}/${file}' bs=1 seek=${page * pageBytes + offset} conv=notrunc status=none`,
  ]);
}
