import { once } from "node:events";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { connectEngine } from "../src/engine/engine.ts";
import { execInContainer } from "../src/engine/exec.ts";
import { listRuns } from "../src/engine/remove-run.ts";
import { readEvidence } from "../src/evidence/reader.ts";
import { drill, startDrill } from "./command-line.ts";

/** Starts a run and returns when it follows its runbook, in the middle of the outage. */
async function runInTheMiddle() {
  const out = await mkdtemp(join(tmpdir(), "drill-cleanup-"));
  const child = startDrill(["database-failover", "--out", out]);
  for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream })) {
    if (line.includes("following the runbook")) break;
  }
  const [first = ""] = (await readFile(join(out, "events.jsonl"), "utf8")).split("\n");
  const { runId } = JSON.parse(first) as { runId: string };
  return { child, out, runId };
}

async function isOnEngine(runId: string): Promise<boolean> {
  const { docker } = await connectEngine();
  return (await listRuns(docker)).some((run) => run.runId === runId);
}

async function secondsUntilGone(runId: string): Promise<number> {
  const startedAt = performance.now();
  while (await isOnEngine(runId)) {
    if (performance.now() - startedAt > 60_000) return Infinity;
    await pause(250);
  }
  return (performance.now() - startedAt) / 1000;
}

test("SIGTERM ends the run with 143, its evidence written and everything gone", async () => {
  const { child, out, runId } = await runInTheMiddle();
  child.kill("SIGTERM");
  // As `timeout` does: the same signal again within a moment counts once.
  child.kill("SIGTERM");
  const [status] = (await once(child, "close")) as [number];
  expect(status).toBe(143);
  expect(await isOnEngine(runId)).toBe(false);
  const { verdict, reasons } = await readEvidence(out);
  expect(verdict).toBe("inconclusive");
  expect(reasons.map(({ code }) => code)).toContain("interrupted");
});

test("a kept run stays until it is cleaned, cleaning leaves a living run alone, and kill -9 of that leaves nothing within 15 seconds", async () => {
  const out = await mkdtemp(join(tmpdir(), "drill-kept-"));
  const kept = await drill(["database-failover", "--keep", "--json", "--out", out]);
  const { runId } = JSON.parse(kept.stdout) as { runId: string };
  expect(await isOnEngine(runId)).toBe(true);
  // Its fence ended with the program: the last words say so, and name what can be reached instead.
  const lastWords = kept.stderr.trim().split("\n").at(-1) ?? "";
  expect(lastWords).toContain("the operator's access to the engine ends with this program");
  const { docker } = await connectEngine();
  const node = `drill-${runId}-postgres-replica-1`;
  expect(lastWords).toContain(node);
  expect((await execInContainer(docker, node, ["true"])).exitStatus).toBe(0);
  const compose = await execInContainer(docker, `drill-${runId}-operator`, ["docker-compose", "ps"]);
  expect(compose.exitStatus).not.toBe(0);
  const living = await runInTheMiddle();
  const cleaned = await drill(["clean", "--json"]);
  expect(cleaned.status).toBe(0);
  expect(await isOnEngine(runId)).toBe(false);
  // Other tests have living runs too.
  const { alive } = JSON.parse(cleaned.stdout) as { alive: readonly string[] };
  expect(alive).toContain(living.runId);
  expect(alive).not.toContain(runId);
  expect(await isOnEngine(living.runId)).toBe(true);
  living.child.kill("SIGKILL");
  expect(await secondsUntilGone(living.runId)).toBeLessThan(15);
  expect(await readEvidence(living.out)).toMatchObject({
    verdict: "inconclusive",
    reasons: [{ code: "interrupted" }],
  });
});
