import pg from "pg";
import { digestTable, pinnedSettings } from "../src/integrity/table-digest.ts";
import { startTestStores } from "../src/workload/testing/test-stores.ts";
import { atMost, type BenchRow } from "./bench-row.ts";
import { median, secondsOf } from "./timing.ts";

const rows = 1_000_000;
const rounds = 5;

/** As the platform's trades are: numbers, times, texts. */
const trades = `CREATE TABLE digested_trade AS SELECT n::bigint AS id, 'run-' || n % 7 AS run, (n % 8)::int AS writer,
  'payload-' || n AS payload, timestamptz '2026-01-01' + n * interval '1 second' AS at, 1 AS timeline FROM generate_series(1, ${rows}) n`;

/** Types whose equality says less than their bytes, so that a hash of the values alone would not notice a change. */
const loose = `CREATE TABLE digested_loose AS SELECT n::bigint AS id, (n / 7.0)::numeric(20, 6) AS amount, (n / 3.0)::float8 AS price,
  n * interval '1 minute' AS held, ('c' || n % 9)::char(4) AS code, jsonb_build_object('p', n, 'q', 'text ' || n) AS detail,
  ARRAY['x' || n, 'y'] AS tags FROM generate_series(1, ${rows}) n`;

/** Each distinguishes whatever prints differently, whoever asks. */
const byHand = (table: string): string =>
  `SELECT count(*)::text AS rows, sum(hashtextextended(t::text, 0))::text AS sum FROM ${table} t`;

/** A table's digest here against one statement of the same strictness, by the same session. */
export async function measureDigest(): Promise<BenchRow[]> {
  await using stores = await startTestStores();
  for (const statement of [trades, loose, "VACUUM ANALYZE digested_trade, digested_loose", "CHECKPOINT"])
    await stores.sql(statement);
  const client = new pg.Client({
    ...(await stores.directEndpoint("postgres")),
    user: "writer",
    password: stores.postgresPassword,
    database: "app",
  });
  await client.connect();
  try {
    await client.query(pinnedSettings);
    return [
      await measureTable(client, "public.digested_trade", "numbers, times and texts"),
      await measureTable(client, "public.digested_loose", "numerics, floats, intervals, jsonb, arrays"),
    ];
  } finally {
    await client.end();
  }
}

async function measureTable(client: pg.Client, table: string, what: string): Promise<BenchRow> {
  const bare: number[] = [];
  const here: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const bareSeconds = await secondsOf(() => client.query(byHand(table)));
    let counted = "";
    const hereSeconds = await secondsOf(async () => {
      counted = (await digestTable(client, table)).rows;
    });
    if (counted !== String(rows)) throw new Error(`digested ${counted} rows`);
    // The first round reads from the disk.
    if (round === 0) continue;
    bare.push(bareSeconds);
    here.push(hereSeconds);
  }
  return atMost(1.2, {
    job: `digest of ${rows.toLocaleString("en")} rows of ${what}, median of ${rounds}`,
    byHand: median(bare),
    here: median(here),
    unit: "s",
  });
}
