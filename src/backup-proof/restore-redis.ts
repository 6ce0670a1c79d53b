import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import { demultiplex } from "../engine/demultiplex.ts";
import { resolveImage } from "../engine/images.ts";
import type { BackupFinding } from "./backup-finding.ts";
import { canaryFindings } from "./check-content.ts";
import type { Expected } from "./check-restored.ts";
import { addTables } from "./check-tables.ts";
import { compareTables, tableFindings } from "./compare-tables.ts";
import { canFail } from "./expectation.ts";
import type { ProofRecord } from "./proof-record.ts";
import { findRedisCanary, readRedis, withSandboxRedis } from "./redis-content.ts";
import { countRows } from "./restored-database.ts";
import type { Sandbox } from "./sandbox.ts";
import { formatBytes } from "./sandbox-limits.ts";

/** Between two looks at a server that loads its file. */
const pollMs = 50;

/** Starts a Redis on an RDB file. Undefined when it does not load it; the record then has the reason. */
export async function restoreRedis(
  sandbox: Sandbox,
  record: ProofRecord,
  { path, major, signal }: { readonly path: string; readonly major: number; readonly signal: AbortSignal },
): Promise<Docker.Container | undefined> {
  const { docker, limits } = sandbox;
  const image = await resolveImage(docker, `redis:${major}`);
  const server = await sandbox.startRedis(image, path);
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(limits.timeMs)]);
  for (;;) {
    const { State } = await server.inspect();
    const said = demultiplex(await server.logs({ stdout: true, stderr: true, follow: false }));
    const isLoaded = /Ready to accept connections/.test(said);
    if (State.Running && !isLoaded && !deadline.aborted) {
      await pause(pollMs);
      continue;
    }
    const findings =
      State.Running && isLoaded ? [] : [notLoaded(State.OOMKilled, State.Running, said, sandbox)];
    record.check("the server loads it", { passed: "every key, and the checksum of the file", findings });
    return findings.length === 0 ? server : undefined;
  }
}

function notLoaded(
  isOutOfMemory: boolean,
  isRunning: boolean,
  said: string,
  { limits }: Sandbox,
): BackupFinding {
  if (isOutOfMemory) {
    return {
      code: "no-memory",
      message: `Loading the backup needs more memory than the ${formatBytes(limits.memoryBytes)} that the server may use: give it more with --memory.`,
    };
  }
  if (isRunning) {
    return {
      code: "restore-timed-out",
      message: `The backup was not loaded within ${limits.timeMs / 1000} s: give it longer with --time.`,
    };
  }
  const lines = said.split("\n").filter((line) => / # /.test(line));
  const reason = lines.find((line) =>
    /short read|unexpected eof|checksum|wrong|bad file format|fatal/i.test(line),
  );
  const text = (reason ?? lines.at(-1) ?? "").replace(/^.* # /, "").slice(0, 200);
  return /short read|unexpected eof/i.test(said)
    ? {
        code: "cut-short",
        message: `The RDB file was cut short: the server came to its end before all was there (${text}).`,
      }
    : { code: "damaged", message: `No server loads the RDB file: ${text}.` };
}

/** Reads every key back and compares it with what was expected. */
export async function checkRedis(
  sandbox: Sandbox,
  record: ProofRecord,
  server: Docker.Container,
  { expectations, canary, manifest }: Expected,
  signal: AbortSignal,
): Promise<void> {
  const token = canary ?? manifest?.canary;
  const { content, places } = await withSandboxRedis(sandbox.docker, server, signal, async (redis) => ({
    content: await readRedis(redis, "restored"),
    places: token === undefined ? undefined : await findRedisCanary(redis, token),
  }));
  record.check("it holds keys", {
    passed: `${countRows(content.tables)} keys that last in ${content.tables.size} databases`,
    findings:
      content.tables.size > 0
        ? []
        : [
            {
              code: "empty-backup",
              message: "The RDB file loads without an error, and there is no key in it.",
            },
          ],
  });
  for (const expectation of expectations) {
    const tables = compareTables(expectation, content);
    record.check(`every key is as ${expectation.label} says`, {
      ofData: canFail(expectation),
      passed: `${countRows(content.tables)} keys`,
      findings: tableFindings(tables, expectation.label),
    });
    addTables(record, "redis", tables);
  }
  if (expectations.length === 0) addTables(record, "redis", compareTables(undefined, content));
  if (places === undefined) return;
  record.check("the canary came back", {
    ofData: true,
    passed: `exactly, in ${places.join(", ")}`,
    findings: canaryFindings(places, "the value of no key"),
  });
}
