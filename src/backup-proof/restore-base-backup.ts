import type Docker from "dockerode";
import { quoteIdentifier } from "../integrity/column-expression.ts";
import { demultiplex } from "../engine/demultiplex.ts";
import {
  neutralise,
  ownSettings,
  unpackBaseBackup,
  verifyFiles,
  type BaseBackupFiles,
} from "./base-backup-files.ts";
import type { BackupFinding } from "./backup-finding.ts";
import type { ProofRecord } from "./proof-record.ts";
import { serverSettings } from "./restore-server.ts";
import { sandboxUser, type Sandbox } from "./sandbox.ts";
import { untilServing, withSandboxClient } from "./sandbox-client.ts";
import { recordRecovery, recover } from "./recover.ts";
import { recordAttempts } from "./tripwire.ts";

export interface BaseBackupToRestore extends BaseBackupFiles {
  readonly workshop: Docker.Container;
  readonly image: string;
  readonly major: number;
  /** A superuser of the server that was backed up. */
  readonly superuser: string;
  /** The instant to which it is recovered; undefined: as far as its WAL goes. */
  readonly target: Date | undefined;
  readonly signal: AbortSignal;
}

/** What opens a server on files that lie in the data folder. */
export type ServerToOpen = Pick<BaseBackupToRestore, "image" | "major" | "superuser" | "signal">;

/** Unpacks a base backup, starts a server on it and waits until it has replayed its WAL. Undefined when it does not come up. */
export async function restoreBaseBackup(
  sandbox: Sandbox,
  record: ProofRecord,
  backup: BaseBackupToRestore,
): Promise<Docker.Container | undefined> {
  const { docker } = sandbox;
  const { workshop } = backup;
  const unpacked = await unpackBaseBackup(docker, workshop, backup);
  record.check("the base backup can be unpacked, and has its WAL", {
    passed: "every path within its folder, the first segment of its WAL there",
    findings: unpacked,
  });
  if (unpacked.length > 0) return undefined;
  if (backup.manifest !== undefined) {
    record.check("every file is as the server that was backed up wrote it", {
      ofData: true,
      passed: "pg_verifybackup found every file of its list, with its checksum",
      findings: await verifyFiles(docker, workshop, backup),
    });
  }
  await neutralise(docker, workshop);
  if (backup.target !== undefined) {
    const { target, timeMs } = backup;
    // All the WAL that there is lies with its files: nothing is to be fetched.
    const reached = await recover(docker, workshop, { target, restoreCommand: "false", timeMs });
    recordRecovery(record, target, reached);
    if (reached.findings.length > 0) return undefined;
  }
  return openServer(sandbox, record, backup);
}

/** Starts a server on the files in the data folder. Undefined when it does not come up. */
export async function openServer(
  sandbox: Sandbox,
  record: ProofRecord,
  { image, major, superuser, signal }: ServerToOpen,
): Promise<Docker.Container | undefined> {
  const { docker, limits } = sandbox;
  const server = await sandbox.startServer(image, {
    ...serverSettings(limits.diskBytes),
    ...ownSettings,
  });
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(limits.timeMs)]);
  const session = { database: "postgres", major, signal: inTime, user: superuser };
  const reason = await untilServing(docker, server, session);
  record.check("the server starts, and replays its WAL to the end of the backup", {
    passed: "it takes connections",
    findings: reason === undefined ? [] : [await notStarted(server, reason, superuser)],
  });
  await recordAttempts(record, server);
  if (reason !== undefined) return undefined;
  await withSandboxClient(docker, server, session, (client) =>
    client.query(`create role ${quoteIdentifier(sandboxUser)} superuser login`),
  );
  return server;
}

async function notStarted(
  server: Docker.Container,
  reason: string,
  superuser: string,
): Promise<BackupFinding> {
  if (/role ".*" does not exist|not permitted to log in/.test(reason)) {
    return {
      code: "check-not-run",
      message: `The restored server has no superuser ${superuser} to look at it with: name one with --superuser.`,
    };
  }
  const log = demultiplex(await server.logs({ stdout: false, stderr: true, follow: false }));
  const last = log
    .split("\n")
    .filter((line) => /(FATAL|PANIC):/.test(line))
    .at(-1);
  const said = last?.replace(/^.*?(?:FATAL|PANIC):\s*/, "") ?? reason;
  const isWal = /checkpoint record|WAL ends before|requested WAL segment|could not find redo/.test(said);
  return {
    code: isWal ? "wal-missing" : "server-not-started",
    message: isWal
      ? `No server opens the base backup: its WAL is not complete (${said}).`
      : `No server opens the base backup: ${said}.`,
  };
}
