import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { abtpro } from "../../system/abtpro/abtpro.ts";
import { connectEngine, type Engine } from "../engine/engine.ts";
import type { Facts } from "../judgement/rule.ts";
import { verificationRules } from "../judgement/verification-rules.ts";
import { readRun } from "../measurement/recorded-run.ts";
import { StateObserver } from "../probe/system-state.ts";
import { RunClock } from "../timeline/clock.ts";
import type { TimelineEvent } from "../timeline/event.ts";
import { startTopology } from "../topology/start-topology.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import type { StoreKind } from "../workload/ledger-entry.ts";
import { startWorkload, type Workload } from "../workload/workload.ts";
import { followRunbook } from "./follow.ts";
import { parseRunbook } from "./parse.ts";

const clock = new RunClock();
let engine: Engine;
let topology: StartedTopology;
let workload: Workload;
let folder: string;

beforeAll(async () => {
  engine = await connectEngine();
  topology = await startTopology(abtpro({ baseRows: 500, baseKeys: 300 }), {
    runId: `d${randomUUID().replaceAll("-", "").slice(0, 7)}`,
    clock,
    engine,
  });
  folder = await mkdtemp(join(tmpdir(), "changed-data-"));
  const stream = (store: StoreKind) =>
    ({ name: `${store}-writes`, store, via: "direct", operation: "write", ratePerSecond: 50 }) as const;
  const { application, stores } = topology.system;
  workload = await startWorkload({
    runId: topology.runId,
    seed: "changed-data",
    originNs: clock.originNs,
    enginePath: engine.socketPath,
    project: topology.project,
    stores,
    http: application.http,
    streams: [stream("postgres"), stream("redis")],
    ledgerFile: join(folder, "ledger"),
  });
});

afterAll(async () => {
  await workload.stop();
  await topology[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Follows steps of one command each, as `title: command`, and returns what the rule finds in them. */
async function findings(
  ...written: readonly (readonly [title: string, command: string])[]
): Promise<string[]> {
  const script = written.map(([title, command], index) => `# ${index + 1}. ${title}\n${command}`).join("\n");
  const events: TimelineEvent[] = [];
  await using observer = new StateObserver(topology);
  await followRunbook({
    runbook: await parseRunbook(`# R\n\n\`\`\`sh\n${script}\n\`\`\`\n`, "r.md", "r"),
    docker: topology.docker,
    operator: topology.operator,
    runId: topology.runId,
    clock,
    observeState: () => observer.observe(),
    drainExecs: () => [],
    redact: (text) => text,
    emit: (event) => void events.push({ ...event, seq: events.length, at: clock.now() }),
  });
  const run = readRun(events);
  expect(run.steps.map(({ outcome, reason }) => reason ?? outcome)).toEqual(written.map(() => "succeeded"));
  // The rule looks at the steps only.
  const facts = { run } as Facts;
  return verificationRules["verification-changed-data"]
    .find(facts)
    .map(({ message }) => message.replace(/^Step (\S+) .* should only look, and left /, "$1: "));
}

/** Lets the workload write to a store that serves it, and tells how much. */
async function writtenDuring(act: () => Promise<void>, stores: readonly StoreKind[]): Promise<boolean> {
  const written = () =>
    workload
      .stats()
      .streams.flatMap(({ stream, acknowledged }) =>
        stores.some((store) => stream.startsWith(store)) ? [acknowledged] : [],
      );
  const before = written();
  await act();
  return written().every((count, index) => count > (before[index] ?? 0) + 5);
}

const psql = (sql: string, service = "postgres"): string =>
  `docker-compose exec -T ${service} psql -v ON_ERROR_STOP=1 -U postgres -d abtpro_db -Atqc "${sql}"`;
const redis = (command: string): string =>
  `docker-compose exec -T -e REDISCLI_AUTH=${topology.credential("REDIS_SECRET")} redis redis-cli -e ${command}`;

test("steps that only look while the workload writes change no data, nor do those that take back what they wrote", async () => {
  const act = async (): Promise<void> => {
    expect(
      await findings(
        ["Check reads", psql("SELECT count(*) FROM tradelog")],
        ["Check keys", redis("DBSIZE")],
        ["Verify writes", psql("CREATE TABLE t (id int); INSERT INTO t VALUES (1); TABLE t; DROP TABLE t")],
        ["Verify a key", `${redis("SET probe:1 x EX 60")}\n${redis("DEL probe:1")}`],
        [
          "Verify that clients can write",
          psql(
            "INSERT INTO tradelog (run, client_id, writer, user_id, payload) VALUES ('verify', 1, 1, 1, 'x')",
          ),
        ],
      ),
    ).toEqual([]);
  };
  expect(await writtenDuring(act, ["postgres", "redis"])).toBe(true);
});

test("a failover between two looks changes no data, and what is changed after it is found on the new primary", async () => {
  const found = await findings(
    ["Check reads", psql("SELECT 1")],
    ["Kill the primary", "docker-compose kill postgres"],
    ["Check that it is gone", "docker-compose ps"],
    ["Promote replica", psql("SELECT pg_promote()", "postgres-replica")],
    ["Check reads", psql("SELECT count(*) FROM tradelog", "postgres-replica")],
    ["Start the old primary", "docker-compose start postgres"],
    ["Wait for it", "until docker-compose exec -T postgres pg_isready -q; do sleep 0.1; done"],
    ["Verify reads", psql("SELECT 1")],
    ["Verify", psql("DELETE FROM tradelog WHERE run = 'base' AND client_id = -9", "postgres-replica")],
  );
  expect(found.map((message) => message.replace(/ changed.*/, ""))).toEqual(["9: postgres-replica"]);
});

test("a check or verification that leaves data changed is found, store by store", async () => {
  const found = await findings(
    ["Check a row", psql("DELETE FROM tradelog WHERE run = 'base' AND client_id = -7")],
    ["Verify a row", psql("UPDATE tradelog SET payload = 'y' WHERE run = 'base' AND client_id = -8")],
    ["Verify reads", psql("SELECT 1")],
    ["Verify tables", psql("CREATE TABLE left_behind (id int)")],
    ["Verify tables", psql("DROP TABLE left_behind")],
    ["Verify users", psql(String.raw`INSERT INTO \"user\" (email) VALUES ('a@example.com')`)],
    ["Verify a column", psql(String.raw`ALTER TABLE \"user\" ADD note text`)],
    ["Verify a key", redis("SET quote:base:-3 y")],
    ["Verify a key", redis("DEL quote:base:-4")],
    ["Verify a list", redis("LPOP quotes:base:0")],
    ["Clean everything", redis("FLUSHDB")],
    ["Verify tables", psql(String.raw`DROP TABLE tradelog, \"user\" CASCADE`)],
  );
  expect(found.map((message) => message.replace(/ changed.*/, ""))).toEqual([
    "1: postgres",
    "2: postgres",
    "4: postgres",
    "5: postgres",
    "6: postgres",
    "7: postgres",
    "8: redis",
    "9: redis",
    "10: redis",
    "12: postgres",
  ]);
  expect(found[0]).toMatch(
    /^1: postgres changed from 2 tables, 500 rows of base data, 200 rows of public.user \(digest \w{12}\) to 2 tables, 499 rows of base data, 200 rows/,
  );
  expect(found.at(-1)).toMatch(/ to 0 tables, no base data, no public.user \(digest \w{12}\)\.$/);
});
