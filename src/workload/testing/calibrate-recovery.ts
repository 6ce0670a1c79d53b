import { readLedger } from "../ledger-reader.ts";
import { RunClock } from "../../timeline/clock.ts";
import { holdsTruth, injectOutages, recoveryBounds } from "./known-outages.ts";
import type { KnownOutage, OutagePlan } from "./known-outages.ts";
import { runNaiveWriters } from "./naive-writers.ts";
import type { NaiveEntry } from "./naive-writers.ts";
import type { TestStores } from "./test-stores.ts";
import { startWorkload } from "../workload.ts";

export interface Calibration {
  readonly outages: number;
  /** How often the reported interval held the instant at which the link came back. */
  readonly held: number;
  /** Milliseconds, ascending. */
  readonly widths: readonly number[];
}

/** Injects known outages under the workload, and under naive writers, a few in turn so that both see the same machine. */
export async function calibrateRecovery(
  stores: TestStores,
  plan: OutagePlan,
  rounds: number,
): Promise<{ readonly workload: Calibration; readonly naive: Calibration }> {
  const workload: Judged[] = [];
  const naive: Judged[] = [];
  for (let round = 0; round < rounds; round += 1) {
    workload.push(...(await underWorkload(stores, plan)));
    naive.push(...(await underNaiveWriters(stores, plan)));
  }
  return { workload: summarise(workload), naive: summarise(naive) };
}

interface Judged {
  readonly held: boolean;
  readonly width: number;
}

async function underWorkload(stores: TestStores, plan: OutagePlan): Promise<Judged[]> {
  const clock = new RunClock();
  const options = stores.options(
    [{ name: "writes", store: "postgres", via: "direct", operation: "write", ratePerSecond: 250 }],
    clock.originNs,
  );
  const workload = await startWorkload(options);
  const outages = await injectOutages(stores.links.postgres, clock, plan);
  await workload.stop();
  const { entries } = await readLedger(options.ledgerFile);
  return outages.map((outage) => judge(entries, outage));
}

async function underNaiveWriters(stores: TestStores, plan: OutagePlan): Promise<Judged[]> {
  const clock = new RunClock();
  const { host, port } = await stores.linkEndpoint("postgres");
  const stop = new AbortController();
  const running = runNaiveWriters(
    `postgresql://writer:${stores.postgresPassword}@${host}:${port}/app`,
    clock,
    stop.signal,
  );
  const outages = await injectOutages(stores.links.postgres, clock, plan);
  stop.abort();
  const entries = await running;
  return outages.map((outage) => judge(entries, outage));
}

function judge(entries: readonly NaiveEntry[], outage: KnownOutage): Judged {
  const bounds = recoveryBounds(entries, outage);
  return bounds === undefined
    ? { held: false, width: Infinity }
    : { held: holdsTruth(bounds, outage), width: bounds.to - bounds.from };
}

function summarise(judged: readonly Judged[]): Calibration {
  return {
    outages: judged.length,
    held: judged.filter(({ held }) => held).length,
    widths: judged.map(({ width }) => width).sort((one, other) => one - other),
  };
}
