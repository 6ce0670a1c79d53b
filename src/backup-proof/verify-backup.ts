import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { DatabaseError } from "pg";
import type { Engine } from "../engine/engine.ts";
import { describeImages } from "../engine/images.ts";
import { createRedactor, redactDeep } from "../evidence/redact.ts";
import { replaceFile } from "../evidence/replace-file.ts";
import { failureDetail } from "../probe/failure-detail.ts";
import { exitStatusOf } from "./backup-finding.ts";
import type { BackupProof } from "./backup-proof-schema.ts";
import { checkRestored, type Expected } from "./check-restored.ts";
import { checkFile, checkRestoreTime, requireDataCheck } from "./file-checks.ts";
import { notProvenBy } from "./not-proven.ts";
import type { OpenedVerification, VerifyBackupOptions } from "./open-verification.ts";
import { ProofRecord } from "./proof-record.ts";
import { renderProof } from "./proof-report.ts";
import { checkRedis } from "./restore-redis.ts";
import { restoreBackup } from "./restore-backup.ts";
import { openSandbox, type Sandbox } from "./sandbox.ts";
import { withSandboxClient } from "./sandbox-client.ts";
import { withSandboxRedis } from "./redis-content.ts";
import type { RestoredServer } from "./restored-server.ts";

/** What came of it, and the exit status that says so. */
export interface VerifiedBackup {
  readonly proof: BackupProof;
  readonly exitStatus: 0 | 1 | 2 | 69;
}

/** Names of what is written. */
export const proofFile = "backup-proof.json";
export const reportFile = "report.md";

/** Restores a backup in a sandbox, checks what came back, and writes `backup-proof.json` and `report.md` into the folder. */
export async function verifyBackup(
  engine: Engine,
  opened: OpenedVerification,
  outDirectory: string,
): Promise<VerifiedBackup> {
  const { options, file } = opened;
  const runId = newRunId();
  const record = new ProofRecord(runId, new Date(), file, options.limits);
  record.note({ engine: { version: engine.version, apiVersion: engine.apiVersion } });
  noteExpectation(record, opened.expected);
  await write(outDirectory, interrupted(record, "the verification did not end"), options);
  try {
    await verify(engine, runId, opened, record);
  } catch (error) {
    const reason = options.signal.aborted
      ? "it was interrupted"
      : error instanceof Error
        ? error.message
        : String(error);
    await write(outDirectory, interrupted(record, reason), options);
    throw error;
  }
  const proof = await write(outDirectory, record.proof(), options);
  return { proof, exitStatus: exitStatusOf(record.findings) };
}

async function verify(
  engine: Engine,
  runId: string,
  opened: OpenedVerification,
  record: ProofRecord,
): Promise<void> {
  const { options, file, repository, globals, wal, fileList, key, expected } = opened;
  const { signal, limits } = options;
  await using sandbox = await openSandbox(engine, runId, limits);
  // The engine has no call that ends a command: its container's end does.
  const stop = (): void => void sandbox[Symbol.asyncDispose]().then(undefined, () => undefined);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const restored = await restoreBackup(sandbox, record, {
      ...{ file, globals, wal, fileList, key, signal },
      ...{ repository, target: options.target },
      ...{ roles: options.roles, superuser: options.superuser ?? "postgres", say: options.say },
    });
    signal.throwIfAborted();
    checkFile(record, opened);
    if (restored === undefined) return;
    options.say("reading everything back and comparing it");
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(limits.timeMs)]);
    await record.timed("check", () => look(engine, sandbox, record, restored, expected, inTime));
    signal.throwIfAborted();
    checkRestoreTime(record, options.maxRestoreMs);
    requireDataCheck(record);
    record.notProven.push(...notProvenBy(opened, restored));
  } finally {
    signal.removeEventListener("abort", stop);
  }
  signal.throwIfAborted();
}

/** Asks the restored server for everything. One that what was restored keeps from answering is no defect of the harness. */
async function look(
  engine: Engine,
  sandbox: Sandbox,
  record: ProofRecord,
  restored: RestoredServer,
  expected: Expected,
  signal: AbortSignal,
): Promise<void> {
  try {
    await noteServer(engine, record, restored, signal);
    if (restored.kind === "redis-rdb")
      await checkRedis(sandbox, record, restored.container, expected, signal);
    else await checkRestored(sandbox, record, restored, expected, signal);
  } catch (error) {
    const isOfServer = error instanceof DatabaseError || /connection|time limit/i.test(failureDetail(error));
    if (!isOfServer) throw error;
    record.check("the restored server answers", {
      passed: "",
      findings: [
        {
          code: "check-not-run",
          message: `The restored server could not be asked for everything: ${failureDetail(error)}.`,
        },
      ],
    });
  }
}

async function noteServer(
  engine: Engine,
  record: ProofRecord,
  { container, major, kind }: RestoredServer,
  signal: AbortSignal,
): Promise<void> {
  const isRedis = kind === "redis-rdb";
  const [image] = await describeImages(engine.docker, [`${isRedis ? "redis" : "postgres"}:${major}`]);
  const session = { database: "postgres", major, signal };
  const version = isRedis
    ? await withSandboxRedis(engine.docker, container, signal, async (redis) => {
        return /^redis_version:(\S+)/m.exec(await redis.info("server"))?.[1];
      })
    : await withSandboxClient(engine.docker, container, session, async (client) => {
        const { rows } = await client.query<{ server_version: string }>("show server_version");
        return rows[0]?.server_version;
      });
  record.note({
    server: { image: image?.reference ?? "", imageId: image?.imageId ?? "", version: version ?? "" },
  });
}

function noteExpectation(record: ProofRecord, { expectations: [first] }: Expected): void {
  if (first === undefined) return;
  const { origin, label, complete } = first;
  record.note({ expectation: { origin, label, complete } });
}

function interrupted(record: ProofRecord, why: string): BackupProof {
  const proof = record.proof();
  const reason = { code: "interrupted" as const, message: why };
  return {
    ...proof,
    verdict: proof.verdict === "missed" ? "missed" : "inconclusive",
    reasons: [...proof.reasons, reason],
  };
}

/** Writes the record and the report; returns the record as written, without secrets. */
async function write(
  directory: string,
  proof: BackupProof,
  { source }: VerifyBackupOptions,
): Promise<BackupProof> {
  const secrets = source === undefined ? [] : [decodeURIComponent(new URL(source).password)];
  const redacted = redactDeep(proof, createRedactor(secrets));
  await replaceFile(join(directory, proofFile), `${JSON.stringify(redacted, undefined, 2)}\n`);
  await replaceFile(join(directory, reportFile), renderProof(redacted));
  return redacted;
}

/** Eight characters of `[a-z0-9]`, a letter first. */
function newRunId(): string {
  const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  return [...randomBytes(8)].map((byte, index) => alphabet[byte % (index === 0 ? 26 : 36)]).join("");
}
