import { expect, test } from "vitest";
import { backupRestore } from "../../scenarios/backup-restore.scenario.ts";
import { databaseFailover } from "../../scenarios/database-failover.scenario.ts";
import { postgresReplicationSetup } from "../../scenarios/postgres-replication-setup.scenario.ts";
import { HarnessError } from "../harness-error.ts";
import { selectScenarios, type ScenarioChoice } from "./select-scenarios.ts";

const both = [databaseFailover, backupRestore];

function refusal(scenarios: typeof both, choice: ScenarioChoice): [string, number] {
  try {
    selectScenarios("monthly", scenarios, choice);
  } catch (error) {
    if (error instanceof HarnessError) return [error.code, error.exitStatus];
  }
  throw new Error("nothing was refused");
}

test("tags choose, and all of a drill's scenarios are meant without them", () => {
  expect(selectScenarios("all", both, {})).toEqual(both);
  expect(selectScenarios("all", both, { tag: ["backup"] })).toEqual([backupRestore]);
  expect(refusal(both, { tag: ["mysql"] })).toEqual(["no-such-tag", 64]);
});

test("one text can't be followed for several scenarios, nor two for one", () => {
  expect(refusal(both, { runbook: "a.md" })).toEqual(["runbook-with-drill", 64]);
  expect(refusal([databaseFailover], { runbook: "a.md", asDocumented: true })).toEqual(["two-runbooks", 64]);
});

test("how a backup is restored is followed only with how it is made", () => {
  expect(refusal([backupRestore], { runbook: "a.md#restore" })).toEqual(["no-backup-procedure", 64]);
  expect(refusal([backupRestore], { backup: "a.md#job" })).toEqual(["backup-not-needed", 64]);
  expect(refusal([databaseFailover], { runbook: "a.md", backup: "a.md#job" })).toEqual([
    "backup-not-needed",
    64,
  ]);
  const chosen = selectScenarios("x", [backupRestore], { runbook: "a.md#restore", backup: "a.md#job" });
  expect(chosen).toEqual([backupRestore]);
});

test("a preparation of one's own is followed where a scenario begins with one, alone or with a runbook", () => {
  const own = { preparation: "a.md#set-up" };
  expect(selectScenarios("x", [postgresReplicationSetup], own)).toEqual([postgresReplicationSetup]);
  expect(selectScenarios("x", [postgresReplicationSetup], { ...own, runbook: "a.md#failover" })).toHaveLength(
    1,
  );
  expect(refusal([databaseFailover], own)).toEqual(["preparation-not-needed", 64]);
  expect(refusal([databaseFailover, postgresReplicationSetup], own)).toEqual(["runbook-with-drill", 64]);
  expect(refusal([postgresReplicationSetup], { ...own, asDocumented: true })).toEqual(["two-runbooks", 64]);
});
