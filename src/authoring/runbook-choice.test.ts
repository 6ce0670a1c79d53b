import { join } from "node:path";
import { expect, test } from "vitest";
import type { SystemDefinition } from "../topology/system-definition.ts";
import { projectDirectory } from "./project-directory.ts";
import { chooseRunbook } from "./runbook-choice.ts";
import type { ScenarioDefinition } from "./scenario.ts";

const documented = "runbooks/as-documented.md";
const scenario: ScenarioDefinition = {
  name: "s",
  title: "s",
  kind: "restore",
  system: { objectivesDocument: join(projectDirectory, documented) } as SystemDefinition,
  precededBy: ["runbooks/database-failover.md#manual-failover"],
  runbook: "runbooks/redis-failover.md#redis-failover",
  asDocumented: `${documented}#redis-failover`,
  story: () => Promise.resolve({}),
};
const resolvePath = (path: string): string => path;

test("the steps of a preceding section come first, each id stands once, and the runbook is still the last", async () => {
  const { runbook } = await chooseRunbook(scenario, { resolvePath });
  const ids = runbook.steps.map(({ id }) => id);
  const first = ids.findIndex((id) => !id.startsWith("manual-failover-"));
  expect(first).toBeGreaterThan(0);
  expect(ids.slice(first).filter((id) => id.startsWith("manual-failover-"))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(runbook).toMatchObject({ file: "runbooks/redis-failover.md", slug: "redis-failover" });
});

test("the document's own text and a user's runbook stand alone", async () => {
  const own = join(projectDirectory, "runbooks/database-failover.md#manual-failover");
  for (const options of [{ asDocumented: true }, { runbook: own }]) {
    const { runbook } = await chooseRunbook(scenario, { ...options, resolvePath });
    expect(runbook.steps.filter(({ id }) => id.startsWith("manual-failover-"))).toEqual([]);
  }
});
