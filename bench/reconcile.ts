import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LedgerWriter } from "../src/workload/ledger-writer.ts";
import { payloadHash } from "../src/workload/payload.ts";
import { startTestStores } from "../src/workload/testing/test-stores.ts";
import type { TestStores } from "../src/workload/testing/test-stores.ts";
import { atMost } from "./bench-row.ts";
import type { BenchRow } from "./bench-row.ts";

const rows = 1_000_000;
const rounds = 3;

/** A million ledger entries against a million rows: here, and as SQL (a CSV copied into a table, and one full join). */
export async function measureReconcile(): Promise<BenchRow[]> {
  await using stores = await startTestStores();
  const run = stores.runId;
  await stores.sql(`INSERT INTO writes (run, id, writer, payload)
    SELECT '${run}', n, 1, 'payload-' || n FROM generate_series(1, ${rows}) AS n`);
  await stores.sql("VACUUM ANALYZE writes");
  const ledgerFile = await writeLedger(stores);
  const csv = join(stores.folder, "ledger.csv");
  await writeCsv(csv);
  const here: number[] = [];
  const byHand: number[] = [];
  let memory = 0;
  for (let round = 0; round < rounds; round += 1) {
    const measured = await reconcileInProcess(stores, ledgerFile);
    here.push(measured.seconds);
    memory = Math.max(memory, measured.megabytes);
    byHand.push(await reconcileInSql(stores, csv));
  }
  return [
    atMost(1, {
      job: `reconcile ${rows.toLocaleString("en")} entries with as many rows, best of ${rounds}`,
      byHand: Math.min(...byHand),
      here: Math.min(...here),
      unit: "s",
    }),
    {
      job: "reconcile, memory of the process at its highest",
      byHand: "in the server",
      here: `${memory.toFixed(0)} MB`,
      ratio: memory / 256,
      target: "≤ 256 MB",
      met: memory <= 256,
    },
  ];
}

async function writeLedger(stores: TestStores): Promise<string> {
  const file = join(stores.folder, "million.tsv");
  const stream = {
    name: "writes",
    store: "postgres",
    via: "direct",
    operation: "write",
    ratePerSecond: 0,
  } as const;
  const header = { format: "drill-ledger", version: 1, runId: stores.runId, streams: [stream] } as const;
  const ledger = await LedgerWriter.create(file, header, (error) => {
    throw error;
  });
  for (let id = 1; id <= rows; id += 1) {
    ledger.append({
      id,
      stream: stream.name,
      writer: 1 + (id % 8),
      payloadHash: payloadHash(`payload-${id}`),
      dueAt: id,
      sentAt: id,
      answeredAt: id + 2,
      outcome: "acknowledged",
      answeredBy: { node: "one", timeline: 1, xid: String(700 + id) },
    });
  }
  await ledger.close(rows);
  return file;
}

async function writeCsv(file: string): Promise<void> {
  const csv = createWriteStream(file);
  for (let id = 1; id <= rows; id += 1) {
    const line = `${id},${payloadHash(`payload-${id}`)},acknowledged\n`;
    if (!csv.write(line)) await once(csv, "drain");
  }
  csv.end();
  await once(csv, "close");
}

/** In a process of its own, so that its memory is that of this job. */
async function reconcileInProcess(
  stores: TestStores,
  ledgerFile: string,
): Promise<{ seconds: number; megabytes: number }> {
  const { host, port } = await stores.directEndpoint("postgres");
  const program = fileURLToPath(new URL("reconcile-process.ts", import.meta.url));
  const child = spawn(process.execPath, [program, ledgerFile, host, String(port), stores.runId], {
    env: { ...process.env, BENCH_PASSWORD: stores.postgresPassword },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  await once(child, "close");
  return JSON.parse(output) as { seconds: number; megabytes: number };
}

async function reconcileInSql(stores: TestStores, csv: string): Promise<number> {
  const { host, port } = await stores.directEndpoint("postgres");
  const sql = `
    CREATE TEMP TABLE ledger (id bigint, payload_md5 text, outcome text);
    \\copy ledger FROM '${csv}' CSV
    SELECT count(*) FILTER (WHERE w.id IS NULL AND l.outcome = 'acknowledged') AS lost,
           count(*) FILTER (WHERE l.id IS NULL) AS phantoms,
           count(*) FILTER (WHERE md5(w.payload) <> l.payload_md5) AS changed
      FROM ledger l FULL JOIN (SELECT * FROM writes WHERE run = '${stores.runId}') w ON w.id = l.id;`;
  const startedAt = performance.now();
  const psql = spawn(
    "psql",
    ["-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-h", host, "-p", String(port), "-U", "writer", "app"],
    {
      env: { ...process.env, PGPASSWORD: stores.postgresPassword },
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  let output = "";
  psql.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  psql.stdin.end(sql);
  const [status] = (await once(psql, "close")) as [number];
  if (status !== 0 || output.trim() !== "0|0|0") throw new Error(`psql ended with ${status}: ${output}`);
  return (performance.now() - startedAt) / 1000;
}
