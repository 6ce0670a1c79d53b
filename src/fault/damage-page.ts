import type { Client } from "pg";
import type { StartedTopology } from "../topology/started-topology.ts";
import { damageFault, notDamaged, type Undoing } from "./damage.ts";
import { inContainerOf, onPostgres } from "./damaged-server.ts";
import type { Fault } from "./fault.ts";
import { flipByte, placeInFile, putOutOfMemory } from "./page-on-disk.ts";

export interface PageOf {
  readonly service: string;
  /** Schema-qualified, as in SQL. */
  readonly table: string;
  /** From 0. To be lifted, it has to be one that clients neither read nor write meanwhile. */
  readonly page: number;
}

/** PostgreSQL's code for a page whose checksum is wrong, or whose header is none. */
const dataCorrupted = "XX001";

/**
 * Flips the bits of one byte in the data file of a table, below the server, as a disk or a controller does. No WAL is written, so that
 * neither a replica nor the archive gets to know. Lifting flips them back, and resets the counter of checksum failures.
 */
export function damagePage({ service, table, page }: PageOf, { undoneBy = "lifting" }: Undoing = {}): Fault {
  return damageFault({
    name: `damagePage(${page} of ${table})`,
    service,
    does: `flips a byte of page ${page} of ${table} in the data file of ${service}, of which no replica gets to know`,
    undoneBy,
    read: (topology) =>
      onPostgres(topology, service, async (client) => {
        const refused = await refusal(client, table, page);
        const reading = `${service} ${refused === undefined ? `reads page ${page} of ${table}` : `says: ${refused}`}`;
        // Only what is put back exactly has counted nothing: a recovery may keep the counter.
        return undoneBy === "recovery" ? reading : `${reading}, and has counted ${await failures(client)}`;
      }),
    inject: (topology) => flipPage(topology, { service, table, page }),
  });
}

async function flipPage(
  topology: StartedTopology,
  { service, table, page }: PageOf,
): Promise<() => Promise<void>> {
  return onPostgres(topology, service, async (client) => {
    // Whatever else happens, the end of the session takes back the lock, and the extension with it.
    await client.query("set lock_timeout = '20s'; begin");
    await client.query(`lock table ${table} in access exclusive mode`);
    const place = await placeInFile(client, table, page);
    const flip = (): Promise<string> => inContainerOf(topology, service, flipByte(place));
    await putOutOfMemory(client, table, page);
    await flip();
    await client.query("rollback");
    if ((await refusal(client, table, page)) === undefined) {
      await flip();
      throw notDamaged(
        `${service} to refuse page ${page} of ${table}`,
        "that it reads it",
        "see whether it has data checksums",
      );
    }
    return () =>
      onPostgres(topology, service, async (again) => {
        // A page that is refused is not in memory, and so is never written over what is flipped back.
        if ((await refusal(again, table, page)) !== undefined) await flip();
        await again.query("select pg_stat_reset()");
      });
  });
}

/** Why the server does not read the page; undefined where it does, which says that each of its bytes is right: its checksum is. */
async function refusal(client: Client, table: string, page: number): Promise<string | undefined> {
  try {
    await client.query(
      `select count(*) from ${table} where ctid >= '(${page},0)'::tid and ctid < '(${page + 1},0)'::tid`,
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === dataCorrupted)) throw error;
    return error.message;
  }
}

async function failures(client: Client): Promise<string> {
  const { rows } = await client.query<{ none: boolean | null }>(
    "select checksum_failures = 0 as none from pg_stat_database where datname = current_database()",
  );
  return `${rows[0]?.none === true ? "no" : "some"} checksum failures`;
}
