import { scenario } from "../src/authoring/scenario.ts";
import { alterKey } from "../src/fault/alter-key.ts";
import { alterRows } from "../src/fault/alter-rows.ts";
import { damagePage } from "../src/fault/damage-page.ts";
import { failSnapshot } from "../src/fault/fail-snapshot.ts";
import type { Fault } from "../src/fault/fault.ts";
import { loseConstraint } from "../src/fault/lose-constraint.ts";
import { loseGrant } from "../src/fault/lose-grant.ts";
import { loseIndexEntry } from "../src/fault/lose-index-entry.ts";
import { loseKeys } from "../src/fault/lose-keys.ts";
import { loseRows } from "../src/fault/lose-rows.ts";
import { loseTable } from "../src/fault/lose-table.ts";
import { pauseReplay } from "../src/fault/pause-replay.ts";
import { repeatRows } from "../src/fault/repeat-rows.ts";
import { rewindSequence } from "../src/fault/rewind-sequence.ts";
import { stopAppendOnly } from "../src/fault/stop-append-only.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";

const users = { service: "postgres", table: "public.user" };
const trades = { service: "postgres", table: "public.tradelog" };

/** Trades from before the run, which no client touches. */
const oldTrades = (from: number, to: number): string =>
  `run = 'base' AND client_id BETWEEN ${-to} AND ${-from}`;

const damages: readonly Fault[] = [
  loseRows({ ...trades, where: oldTrades(1_001, 1_020) }),
  alterRows({ ...trades, where: oldTrades(1_500, 1_500) }, { column: "payload", to: "altered" }),
  repeatRows({ ...trades, where: oldTrades(2_000, 2_000) }),
  loseTable(users.service, users.table),
  loseConstraint({ ...trades, constraint: "tradelog_user_id_fkey" }),
  rewindSequence({ ...users, column: "id" }),
  damagePage({ ...trades, page: 0 }),
  loseIndexEntry({ ...trades, index: "public.tradelog_run_client_id", where: oldTrades(2_500, 2_502) }),
  loseGrant({ ...users, privilege: "INSERT", role: "abtuser" }),
  pauseReplay("postgres-replica"),
  loseKeys({ service: "redis", keys: ["quote:base:-7", "quote:base:-8"] }),
  alterKey("redis", "quote:base:-9", "altered"),
  stopAppendOnly("redis"),
  failSnapshot("redis"),
];

export const integrityChecks = scenario(
  "integrity-checks",
  {
    title: "The integrity checks notice every planted damage, and nothing in intact data",
    kind: "procedure",
    system: abtpro(),
    preparation: { runbook: "runbooks/integrity-checks.md#take-the-reference" },
    runbook: "runbooks/integrity-checks.md#data-integrity-verification",
    asDocumented: "runbooks/as-documented.md#data-integrity-verification",
    tags: ["postgres", "redis", "integrity"],
  },
  async ({ workload, operator }) => {
    await workload.establishBaseline();
    await operator.prepare();
    await operator.follow();
    for (const damage of damages) await operator.check(damage);
    return {};
  },
);
