import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runScenario } from "../src/authoring/run-scenario.ts";
import { temporaryRunOptions } from "../src/authoring/temporary-run.ts";
import { killNode } from "../src/fault/kill-node.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { databaseRunbook, replacing } from "./runbook-edits.ts";

/** A runbook that gives away what it can: on the terminal, in an error, in a URL, encoded, in an environment. */
const leaks = [
  "cat .env",
  'grep URL .env | tr "[:upper:]" "[:lower:]"',
  "base64 -w0 .env; echo",
  "docker-compose config",
  "docker-compose exec -T backend env",
  "psql \"$(sed -n 's/^DATABASE_URL=//p' .env | sed 's/postgres/nowhere/2')\" -c 'SELECT 1' || true",
  "set -x; . ./.env; set +x; unset DATABASE_URL REDIS_URL",
  "docker inspect $(docker-compose ps -q backend)",
].join("\n");

test("no credential of a run stands in any file that it leaves, whatever its runbook prints", async () => {
  const options = await temporaryRunOptions("secrets");
  let secrets: readonly string[] = [];
  const evidence = await runScenario(
    {
      name: "secrets",
      title: "A runbook prints what it should not",
      kind: "outage",
      system: abtpro(),
      aftershock: false,
      runbook: {
        reference: databaseRunbook,
        edit: replacing("# 5. Verify writes\nurl=", `# 5. Verify writes\n${leaks}\nurl=`),
      },
      story: async ({ workload, faults, operator, observe, topology }) => {
        secrets = topology.secrets;
        await workload.establishBaseline();
        const outage = await faults.inject(killNode("postgres"));
        await operator.follow();
        await observe.recovery({ withinMs: 5000 });
        return { faultTime: outage };
      },
    },
    options,
  );
  const leaky = evidence.steps.find((step) => step.id === "5");
  // The runbook did print them, and something stands in their place.
  expect(leaky?.output).toContain("[redacted]");
  expect(secrets.length).toBeGreaterThan(3);
  const found: string[] = [];
  for (const entry of await readdir(options.outDirectory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const text = await readFile(join(entry.parentPath, entry.name), "latin1");
    for (const secret of secrets) {
      const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64").slice(0, -4)];
      if (forms.some((form) => text.includes(form))) found.push(entry.name);
    }
  }
  expect(found).toEqual([]);
}, 300_000);
