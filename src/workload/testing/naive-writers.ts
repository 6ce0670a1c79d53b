import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { RunClock } from "../../timeline/clock.ts";
import type { LedgerEntry } from "../ledger-entry.ts";

export type NaiveEntry = Pick<LedgerEntry, "sentAt" | "answeredAt" | "outcome">;

/**
 * What a person writes in ten minutes to find out how long an outage was, and what the workload is measured against: writers that
 * connect, insert one row after the other, and after an error close, wait 10 to 20 ms and connect again.
 */
export async function runNaiveWriters(
  connectionString: string,
  clock: RunClock,
  signal: AbortSignal,
  writers = 8,
): Promise<NaiveEntry[]> {
  const entries: NaiveEntry[] = [];
  await Promise.all(Array.from({ length: writers }, (_, index) => writeUntil(index)));
  return entries;

  async function writeUntil(writer: number): Promise<void> {
    let client: pg.Client | undefined;
    for (let id = 1; !signal.aborted; id += 1) {
      const sentAt = clock.now();
      try {
        if (client === undefined) {
          client = new pg.Client({ connectionString, connectionTimeoutMillis: 1000 });
          client.on("error", () => undefined);
          await client.connect();
        }
        await client.query("INSERT INTO writes (run, id, writer, payload) VALUES ($1, $2, $3, $4)", [
          "naive",
          id,
          writer,
          "payload",
        ]);
        entries.push({ sentAt, answeredAt: clock.now(), outcome: "acknowledged" });
      } catch {
        entries.push({ sentAt, answeredAt: clock.now(), outcome: "indeterminate" });
        client?.end().catch(() => undefined);
        client = undefined;
        await pause(10 + Math.random() * 10);
      }
    }
    await client?.end();
  }
}
