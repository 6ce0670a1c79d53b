import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import Docker from "dockerode";
import { expect, test } from "vitest";
import { abtpro } from "../../system/abtpro/abtpro.ts";
import { connectEngine } from "../engine/engine.ts";
import { runLabel } from "../engine/labels.ts";
import { readEvidence } from "../evidence/reader.ts";
import { HarnessError } from "../harness-error.ts";
import type { SystemDefinition } from "../topology/system-definition.ts";
import { failedStart } from "./failed-start.ts";
import { openRun } from "./open-run.ts";
import { runScenario, type RunOptions } from "./run-scenario.ts";
import type { ScenarioDefinition } from "./scenario.ts";
import { temporaryRunOptions } from "./temporary-run.ts";

/** The Redis primary ends at once, and says its password as it does. */
function withBrokenNode(): SystemDefinition {
  const system = abtpro();
  return {
    ...system,
    nodes: system.nodes.map((node) =>
      node.service === "redis"
        ? {
            ...node,
            environment: { PASSWORD: "${REDIS_SECRET}" },
            command: ["sh", "-c", 'echo "no such module, password is $PASSWORD" >&2; exit 3'],
          }
        : node,
    ),
  };
}

function scenarioOf(system: SystemDefinition): ScenarioDefinition {
  return {
    name: "failed-start",
    title: "A system that does not come up",
    kind: "outage",
    system,
    runbook: "runbooks/redis-failover.md#redis-failover",
    story: () => Promise.reject(new Error("the story began")),
  };
}

async function filesOf({ outDirectory }: RunOptions): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(outDirectory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(async (file) => [file.slice(outDirectory.length + 1), await readFile(file, "utf8")] as const),
    ),
  );
}

/** As credentials of a run look; a SHA-256 has 64 digits, an id of a commit 40. */
const credential = /(?<![0-9a-f])[0-9a-f]{48}(?![0-9a-f])/;

test("the log of a node that does not start stands in the evidence, without the password in it, and the error says where", async () => {
  const options = await temporaryRunOptions("failed-start");
  const starting = runScenario(scenarioOf(withBrokenNode()), options);
  const logs = join(options.outDirectory, "logs");
  await expect(starting).rejects.toMatchObject({
    name: "HarnessError",
    exitStatus: 69,
    message: `Expected redis to start, found that its container ended with exit status 3; read its log, and correct the system's definition; the containers' logs are in ${logs}.`,
  });
  const {
    environment,
    files: indexed,
    partial,
    reasons,
    runId,
    verdict,
  } = await readEvidence(options.outDirectory);
  expect({ verdict, code: reasons[0]?.code }).toEqual({ verdict: "inconclusive", code: "harness-error" });
  expect(partial.map(({ what }) => what)).not.toContain("logs of the containers");
  expect(environment.images.length).toBeGreaterThan(3);
  const files = await filesOf(options);
  const log = `logs/drill-${runId}-redis-1.log`;
  expect(files.get(log)).toContain("no such module, password is [redacted]");
  expect(files.get(log.replace(/log$/, "inspect.json"))).toContain("PASSWORD=[redacted]");
  expect(indexed.map(({ path }) => path)).toContain(log);
  for (const [name, text] of files)
    expect({ name, leak: credential.exec(text) }).toEqual({ name, leak: null });
  const { docker } = await connectEngine();
  const filters = { label: [`${runLabel}=${runId}`] };
  expect(await docker.listContainers({ all: true, filters })).toEqual([]);
});

test("an engine that no longer answers holds up the removal for ten seconds, and the evidence says what is missing", async () => {
  const silent = createServer();
  await once(silent.listen(0, "127.0.0.1"), "listening");
  const { port } = silent.address() as AddressInfo;
  const engine = { ...(await connectEngine()), docker: new Docker({ host: "127.0.0.1", port }) };
  const options = await temporaryRunOptions("silent-engine");
  const opened = await openRun(scenarioOf(abtpro()), options);
  const failed = failedStart(opened);
  const startedAt = performance.now();
  await failed.record(engine);
  expect(performance.now() - startedAt).toBeLessThan(11_000);
  expect(failed.collected.missing).toEqual([
    { what: "logs of the containers", why: "they could not be read within 10 s" },
  ]);
  const error = new HarnessError("Expected a thing.", { code: "thing", exitStatus: 69 });
  expect(failed.explain(error)).toMatchObject({
    message: "Expected a thing.",
    code: "thing",
    exitStatus: 69,
  });
  opened.timeline.close();
  silent.closeAllConnections();
  silent.close();
});

test("a start that is interrupted leaves the logs of what it had started by then", async () => {
  const interruption = new AbortController();
  const options = await temporaryRunOptions("interrupted-start", interruption.signal);
  let runId = "";
  const running = runScenario(scenarioOf(abtpro()), {
    ...options,
    observer: {
      event: (event) => {
        if (event.kind === "run-started") runId = event.runId;
      },
      load: () => undefined,
    },
  });
  const { docker } = await connectEngine();
  const said = async (): Promise<number> => {
    if (runId === "") return 0;
    const container = docker.getContainer(`drill-${runId}-postgres-1`);
    return container.logs({ stdout: true, stderr: true }).then(
      ({ length }) => length,
      () => 0,
    );
  };
  while ((await said()) === 0) await pause(50);
  interruption.abort("SIGINT");
  const { reasons, verdict } = await running;
  expect({ verdict, code: reasons[0]?.code }).toEqual({ verdict: "inconclusive", code: "interrupted" });
  const files = await filesOf(options);
  expect(files.get(`logs/drill-${runId}-postgres-1.log`)).toMatch(/\S/);
  expect(files.get(`logs/drill-${runId}-operator.inspect.json`)).toContain(runId);
  for (const [name, text] of files)
    expect({ name, leak: credential.exec(text) }).toEqual({ name, leak: null });
});
