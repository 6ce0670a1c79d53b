import { Client } from "pg";
import { HarnessError } from "../harness-error.ts";
import { failureDetail } from "../probe/failure-detail.ts";
import { differingRows, type DifferingRow } from "../integrity/differing-rows.ts";
import { digestTable } from "../integrity/table-digest.ts";
import { readRedis, withRedisAt } from "./redis-content.ts";
import { readDatabase, type DatabaseContent, type TableContent } from "./restored-database.ts";

/** The database that was backed up, read and never written. Disposing closes the session. */
export interface SourceDatabase extends AsyncDisposable {
  /** Name and host, without user and password. */
  readonly label: string;
  /** Its major version. */
  readonly major: number;
  readonly content: DatabaseContent;
  /** A table's digest now. */
  digestNow(table: string): Promise<TableContent>;
  /** The first rows of a table that are not the same in the restored database. */
  differingRows(restored: Client, table: string): Promise<DifferingRow[]>;
}

const connectWithinMs = 10_000;

/** For all keys of a Redis. */
const readRedisWithinMs = 300_000;

/**
 * Connects to the source and reads all of it.
 *
 * Throws a {@link HarnessError}: 64 for an address that is none, 69 when the source does not answer or refuses.
 */
export async function openSource(url: string): Promise<SourceDatabase> {
  if (URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol)) return openRedisSource(url);
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new HarnessError(
      "Expected --source to be a URL like postgresql://user@host:5432/database or redis://host:6379; write one.",
      {
        code: "bad-source",
        exitStatus: 64,
      },
    );
  }
  const { hostname, pathname } = new URL(url);
  const label = `the source ${decodeURIComponent(pathname.slice(1))} on ${hostname}`;
  const client = new Client({
    connectionString: url,
    application_name: "drill verify-backup",
    connectionTimeoutMillis: connectWithinMs,
    options: "-c default_transaction_read_only=on -c search_path=pg_catalog -c row_security=off",
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    // Not in one transaction: a check that its user may not make would end it for all others. The source stands still.
    const content = await readDatabase(client, "source");
    const { rows } = await client.query<{ major: number }>(
      "select current_setting('server_version_num')::int / 10000 as major",
    );
    return {
      label,
      major: rows[0]?.major ?? 0,
      content,
      digestNow: async (table) => {
        const { rows, sum } = await digestTable(client, table);
        return { rows, digest: sum };
      },
      differingRows: (restored, table) => differingRows(client, restored, table),
      async [Symbol.asyncDispose]() {
        await client.end().catch(() => undefined);
      },
    };
  } catch (error) {
    await client.end().catch(() => undefined);
    throw notRead(label, error);
  }
}

/** Every session is one of its own: nothing has to be closed. */
async function openRedisSource(url: string): Promise<SourceDatabase> {
  const label = `the source Redis on ${new URL(url).hostname}`;
  const read = () =>
    withRedisAt(url, AbortSignal.timeout(readRedisWithinMs), (redis) => readRedis(redis, "source"));
  try {
    const content = await read();
    return {
      label,
      major: 0,
      content,
      digestNow: async (database) => (await read()).tables.get(database) ?? { rows: "0", digest: "0" },
      differingRows: () => Promise.resolve([]),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  } catch (error) {
    throw notRead(label, error);
  }
}

function notRead(label: string, cause: unknown): HarnessError {
  return new HarnessError(
    `Expected to read ${label}, but ${failureDetail(cause)}; see whether it can be reached and its user may read everything.`,
    { code: "source-not-read", exitStatus: 69, cause },
  );
}
