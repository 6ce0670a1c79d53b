import { join } from "node:path";
import { RunClock } from "../src/timeline/clock.ts";
import type { ClientAnswer, ClientConnection } from "../src/workload/client-connection.ts";
import type { StreamDefinition } from "../src/workload/ledger-entry.ts";
import { LedgerWriter } from "../src/workload/ledger-writer.ts";
import { payloadHash, payloadOf } from "../src/workload/payload.ts";
import { connectPostgres } from "../src/workload/postgres-client.ts";
import { startTestStores } from "../src/workload/testing/test-stores.ts";
import type { TestStores } from "../src/workload/testing/test-stores.ts";
import { atLeast } from "./bench-row.ts";
import type { BenchRow } from "./bench-row.ts";

const connections = 8;
const lastsMs = 4000;
const rounds = 5;

const stream: StreamDefinition = {
  name: "writes",
  store: "postgres",
  via: "direct",
  operation: "write",
  ratePerSecond: 0,
};

/** What the ledger costs the writers: the same closed loop of eight connections with the ledger on and off, in turn. */
export async function measureLedger(): Promise<BenchRow[]> {
  await using stores = await startTestStores();
  const open = await openConnections(stores);
  await closedLoop(open, undefined, 0);
  let on = 0;
  let off = 0;
  for (let round = 0; round < rounds; round += 1) {
    off += await closedLoop(open, undefined, round);
    const header = { format: "drill-ledger", version: 1, runId: stores.runId, streams: [stream] } as const;
    const ledger = await LedgerWriter.create(join(stores.folder, `bench-${round}.tsv`), header, (error) => {
      throw error;
    });
    on += await closedLoop(open, ledger, round);
    await ledger.close(0);
  }
  for (const connection of open) connection.destroy();
  return [
    atLeast(0.95, {
      job: "writes, closed loop, 8 clients through the link, ledger on against off",
      byHand: (off / rounds / lastsMs) * 1000,
      here: (on / rounds / lastsMs) * 1000,
      unit: "writes/s",
    }),
  ];
}

async function openConnections(stores: TestStores): Promise<ClientConnection[]> {
  const { runId, stores: definitions } = stores.options([]);
  const { insert, read } = definitions.postgres ?? { insert: "", read: "" };
  const endpoint = await stores.linkEndpoint("postgres");
  const url = new URL(`postgresql://writer:${stores.postgresPassword}@postgres:5432/app`);
  const connect = connectPostgres({ runId, operation: "write", insert, read });
  return Promise.all(
    Array.from({ length: connections }, () =>
      connect({ containerId: "bench", url, endpoint }, 5000, () => undefined),
    ),
  );
}

/** Writes for a while as fast as the connections answer; returns how many were acknowledged. */
async function closedLoop(
  open: readonly ClientConnection[],
  ledger: LedgerWriter | undefined,
  round: number,
): Promise<number> {
  const clock = new RunClock();
  let acknowledged = 0;
  let lastId = round * 1_000_000;
  await Promise.all(
    open.map(async (connection, writer) => {
      while (clock.now() < lastsMs) {
        const id = (lastId += 1);
        const payload = payloadOf("bench", id);
        const sentAt = clock.now();
        const answer = await new Promise<ClientAnswer>((resolve) => {
          connection.send({ id, writer, payload }, resolve);
        });
        if (answer.outcome === "acknowledged") acknowledged += 1;
        ledger?.append({
          id,
          stream: stream.name,
          writer,
          payloadHash: payloadHash(payload),
          dueAt: sentAt,
          sentAt,
          answeredAt: clock.now(),
          ...answer,
        });
      }
    }),
  );
  return acknowledged;
}
