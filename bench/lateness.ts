import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { readLedger } from "../src/workload/ledger-reader.ts";
import { percentile } from "../src/workload/percentile.ts";
import { startTestStores } from "../src/workload/testing/test-stores.ts";
import type { TestStores } from "../src/workload/testing/test-stores.ts";
import { startWorkload } from "../src/workload/workload.ts";
import { atMost } from "./bench-row.ts";
import type { BenchRow } from "./bench-row.ts";

const ratePerSecond = 1000;
const lastsMs = 5000;
const rounds = 3;

/** How late requests at an open-loop rate of 1,000 writes a second leave, against a loop over `setTimeout(1)`. */
export async function measureLateness(): Promise<BenchRow[]> {
  await using stores = await startTestStores();
  const here: number[] = [];
  const byHand: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    here.push(...(await latenessOfWorkload(stores)));
    byHand.push(...(await latenessOfNaiveLoop(stores, round)));
  }
  here.sort((one, other) => one - other);
  byHand.sort((one, other) => one - other);
  return [50, 99].map((percent) =>
    atMost(percent === 99 ? 0.5 : 1, {
      job: `open loop, ${ratePerSecond} writes/s, lateness p${percent}`,
      byHand: percentile(byHand, percent),
      here: percentile(here, percent),
      unit: "ms",
    }),
  );
}

async function latenessOfWorkload(stores: TestStores): Promise<number[]> {
  const options = stores.options([
    { name: "writes", store: "postgres", via: "direct", operation: "write", ratePerSecond },
  ]);
  const workload = await startWorkload(options);
  await pause(lastsMs);
  await workload.stop();
  const { entries } = await readLedger(options.ledgerFile);
  return entries.map(({ dueAt, sentAt }) => sentAt - dueAt);
}

/** What a person writes: a timer, whatever is due goes to a pool of eight, and a line of JSON for each. */
async function latenessOfNaiveLoop(stores: TestStores, round: number): Promise<number[]> {
  const { host, port } = await stores.linkEndpoint("postgres");
  const connectionString = `postgresql://writer:${stores.postgresPassword}@${host}:${port}/app`;
  const pool = new pg.Pool({ connectionString, max: 8 });
  const clients = await Promise.all(Array.from({ length: 8 }, () => pool.connect()));
  for (const client of clients) client.release();
  const file = join(stores.folder, `naive-${round}.jsonl`);
  const lateness: number[] = [];
  const writes: Promise<void>[] = [];
  const write = async (id: number, dueAt: number): Promise<void> => {
    const client = await pool.connect();
    const sentAt = performance.now();
    lateness.push(sentAt - dueAt);
    try {
      await client.query({
        name: "write",
        text: "INSERT INTO writes (run, id, writer, payload) VALUES ($1, $2, $3, $4) RETURNING node, timeline, xid::text",
        values: ["naive", id, 1, "payload"],
      });
    } finally {
      client.release();
    }
    await appendFile(file, `${JSON.stringify({ id, dueAt, sentAt, answeredAt: performance.now() })}\n`);
  };
  const startedAt = performance.now();
  for (let id = 0; performance.now() - startedAt < lastsMs;) {
    for (; startedAt + (id * 1000) / ratePerSecond <= performance.now(); id += 1) {
      writes.push(write(id, startedAt + (id * 1000) / ratePerSecond));
    }
    await pause(1);
  }
  await Promise.all(writes);
  await pool.end();
  return lateness;
}
