import type Docker from "dockerode";
import { resolveImage } from "../engine/images.ts";
import { HarnessError } from "../harness-error.ts";
import type { BackupFile } from "./backup-file.ts";
import type { BackupFinding } from "./backup-finding.ts";
import type { DumpKind } from "./backup-format.ts";
import { bringFile } from "./decode-layer.ts";
import { majorOf, type DumpHeader } from "./dump-header.ts";
import { fetchBackup, type Fetched, type FetchedBackup } from "./fetch-backup.ts";
import type { ProofRecord } from "./proof-record.ts";
import { restoreBaseBackup } from "./restore-base-backup.ts";
import { restoreRepository } from "./restore-repository.ts";
import type { Repository } from "./repository.ts";
import { restoreRedis } from "./restore-redis.ts";
import { restoreDump } from "./restore-dump.ts";
import { initialiseCluster, startRestoreServer } from "./restore-server.ts";
import type { RestoredServer } from "./restored-server.ts";
import type { Sandbox } from "./sandbox.ts";

export interface RestoreOptions {
  readonly file: BackupFile;
  /** The same, where it is a pgBackRest repository. */
  readonly repository: Repository | undefined;
  /** The instant to which a base backup or a repository is recovered; undefined: as far as the WAL goes. */
  readonly target: Date | undefined;
  readonly globals: BackupFile | undefined;
  readonly key: Buffer | undefined;
  /** Of a base backup that does not have it within. */
  readonly wal: BackupFile | undefined;
  /** Content of the `backup_manifest` of a base backup. */
  readonly fileList: Buffer | undefined;
  /** A superuser of the server of which it is a base backup. */
  readonly superuser: string;
  /** Roles that are there without the backup. */
  readonly roles: readonly string[];
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** What came out of the files that were given. */
interface FetchedFiles {
  readonly backup: FetchedBackup;
  readonly globals: FetchedBackup | undefined;
  readonly wal: FetchedBackup | undefined;
  /** The server's list of the files of a base backup, in the sandbox. */
  readonly fileList: string | undefined;
}

/** Fetches, unpacks and restores a backup. Undefined when there is nothing to look at; the record then has the reason. */
export async function restoreBackup(
  sandbox: Sandbox,
  record: ProofRecord,
  options: RestoreOptions,
): Promise<RestoredServer | undefined> {
  const { docker } = sandbox;
  const { repository } = options;
  if (repository !== undefined) return restoreRepository(sandbox, record, { ...options, repository });
  const firstImage = await resolveImage(docker, "postgres");
  options.say("copying the file into a sandbox without a network, and unpacking it there");
  const first = await sandbox.startWorkshop(firstImage);
  const [fetched] = await Promise.all([
    record.timed("fetch and unpack", () => fetchAll(sandbox, first, record, options)),
    record.timed("make an empty cluster", () => initialiseCluster(docker, first)),
  ]);
  if (fetched === undefined) return undefined;
  const { kind, header } = fetched.backup;
  if (header === undefined || kind === "wal-tar" || kind === "pgbackrest") {
    record.check("it holds a database", { passed: "", findings: [noDatabase(options.file.path)] });
    return undefined;
  }
  const major = majorOf(header);
  if (kind === "redis-rdb") {
    options.say(`starting Redis ${major} on the file`);
    const { path } = fetched.backup;
    const container = await record.timed("restore", () =>
      restoreRedis(sandbox, record, { path, major, signal: options.signal }),
    );
    record.restoreSeconds = record.secondsOf("fetch and unpack", "restore");
    if (container === undefined) return undefined;
    return { workshop: first, container, major, kind, withRoles: false, missingRoles: new Set() };
  }
  const image = await imageFor(docker, header, major);
  const workshop = image === firstImage ? first : await sandbox.startWorkshop(image);
  const facts = { workshop, image, major };
  const restored =
    kind === "base-backup"
      ? await restoreFiles(sandbox, record, fetched, facts, options)
      : await restoreSql(
          sandbox,
          record,
          { ...fetched, kind },
          { ...facts, isNew: image !== firstImage },
          options,
        );
  record.restoreSeconds = record.secondsOf("fetch and unpack", "restore");
  return restored;
}

interface Tools {
  readonly workshop: Docker.Container;
  readonly image: string;
  readonly major: number;
}

async function restoreFiles(
  sandbox: Sandbox,
  record: ProofRecord,
  { backup, wal, fileList }: FetchedFiles,
  tools: Tools,
  { superuser, target, signal, say }: RestoreOptions,
): Promise<RestoredServer | undefined> {
  say(`unpacking the base backup and starting PostgreSQL ${tools.major} on it`);
  const { timeMs } = sandbox.limits;
  const files = { base: backup.path, wal: wal?.path, manifest: fileList, timeMs };
  const container = await record.timed("restore", () =>
    restoreBaseBackup(sandbox, record, { ...files, ...tools, superuser, target, signal }),
  );
  if (container === undefined) return undefined;
  return { ...tools, container, kind: backup.kind, withRoles: true, missingRoles: new Set() };
}

async function restoreSql(
  sandbox: Sandbox,
  record: ProofRecord,
  { backup, kind, globals }: FetchedFiles & { readonly kind: DumpKind },
  { isNew, ...tools }: Tools & { readonly isNew: boolean },
  { roles, signal, say }: RestoreOptions,
): Promise<RestoredServer | undefined> {
  say(`starting an empty PostgreSQL ${tools.major}`);
  const container = await record.timed("start the server", async () => {
    if (isNew) await initialiseCluster(sandbox.docker, tools.workshop);
    return startRestoreServer(sandbox, tools.image, tools.major);
  });
  say("restoring");
  const withRoles = globals !== undefined || kind === "cluster-dump";
  const restored = { ...tools, container, kind, withRoles, missingRoles: new Set<string>() };
  const dump = { kind, path: backup.path, globals, roles, signal };
  const isAlive = await record.timed("restore", () => restoreDump(sandbox, record, restored, dump));
  return isAlive ? restored : undefined;
}

function noDatabase(path: string): BackupFinding {
  return {
    code: "empty-backup",
    message: `${path} holds no database: roles alone go with --globals, WAL with --wal, beside the backup that they belong to.`,
  };
}

async function fetchAll(
  sandbox: Sandbox,
  workshop: Docker.Container,
  record: ProofRecord,
  { file, globals, wal, fileList, key, signal }: RestoreOptions,
): Promise<FetchedFiles | undefined> {
  const withKey = key === undefined ? {} : { key };
  const main = await fetchBackup(sandbox, workshop, file, { name: "backup", signal, ...withKey });
  await noteFile(record, file, main);
  const roleFile = await fetchBeside(globals, "globals", "file of roles");
  const walFile = await fetchBeside(wal, "wal", "file of WAL");
  if (globals !== undefined && roleFile !== undefined) {
    record.note({ globals: { file: globals.path, bytes: globals.bytes, sha256: globals.sha256() } });
  }
  const incomplete = [
    [globals, roleFile],
    [wal, walFile],
  ].some(([asked, there]) => asked !== undefined && there === undefined);
  if (main.backup === undefined || incomplete) return undefined;
  const list =
    fileList === undefined ? undefined : await bringFile(sandbox.docker, workshop, "file-list", fileList);
  return { backup: main.backup, globals: roleFile, wal: walFile, fileList: list };

  async function fetchBeside(
    beside: BackupFile | undefined,
    name: string,
    what: string,
  ): Promise<FetchedBackup | undefined> {
    if (beside === undefined) return undefined;
    const fetched = await fetchBackup(sandbox, workshop, beside, { name, signal, ...withKey });
    record.check(`the ${what} is whole`, { passed: `${beside.path} is intact`, findings: fetched.findings });
    return fetched.backup;
  }
}

async function noteFile(record: ProofRecord, file: BackupFile, fetched: Fetched): Promise<void> {
  const { backup, wrappings, findings } = fetched;
  const changed = await file.changed();
  record.madeAtInDump = backup?.header?.madeAt;
  record.note({
    backup: {
      wrappings: [...wrappings],
      sha256: changed ? null : file.sha256(),
      kind: backup?.kind ?? null,
      unpackedBytes: backup?.unpackedBytes ?? null,
      database: backup?.header?.database ?? null,
      dumpedFrom: backup?.header?.dumpedFrom ?? null,
      dumpedBy: backup?.header?.dumpedBy ?? null,
    },
  });
  const moved = {
    code: "changed-while-read" as const,
    message: `${file.path} changed while it was read: it is being written still; verify it when that is over.`,
  };
  const isReadWhole = backup !== undefined || findings.length === 0;
  record.check("the file is whole and can be unpacked", {
    passed: "it was read to its end, and every wrapping around it was intact",
    findings: changed && isReadWhole ? [...findings, moved] : findings,
  });
}

async function imageFor(docker: Docker, header: DumpHeader, major: number): Promise<string> {
  try {
    return await resolveImage(docker, `postgres:${major}`);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    throw new HarnessError(
      `Expected an image of PostgreSQL ${major} to restore a dump made by pg_dump ${header.dumpedBy}, but postgres:${major} is not on the engine and can be neither pulled nor built: load it with \`docker load\`.`,
      { code: "no-image", exitStatus: 69, cause: error },
    );
  }
}
