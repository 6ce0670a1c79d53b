import type Docker from "dockerode";
import { execInContainer } from "../engine/exec.ts";
import { resolveImage } from "../engine/images.ts";
import { archivedWal, missingWal, sayWal } from "./archived-wal.ts";
import { neutralise } from "./base-backup-files.ts";
import type { ProofRecord } from "./proof-record.ts";
import { recordRecovery, recover } from "./recover.ts";
import { keyFinding, pageFindings, verifyFindings } from "./repository-checks.ts";
import type { Repository } from "./repository.ts";
import { chooseBackup, parseInfo, type RepositoryBackup, type RepositoryInfo } from "./repository-info.ts";
import { archiveGet, bringRepository, pgbackrest, writeSettings } from "./repository-session.ts";
import { openServer } from "./restore-base-backup.ts";
import type { RestoredServer } from "./restored-server.ts";
import { dataFolder, type Sandbox } from "./sandbox.ts";

export interface RepositoryToRestore {
  readonly repository: Repository;
  readonly key: Buffer | undefined;
  readonly target: Date | undefined;
  readonly superuser: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

interface Opened {
  readonly workshop: Docker.Container;
  readonly image: string;
  readonly major: number;
  readonly info: RepositoryInfo;
}

/**
 * Copies a pgBackRest repository into the sandbox, has it verify itself, and recovers a server from it. Undefined when there is nothing
 * to look at; the record then has the reason.
 */
export async function restoreRepository(
  sandbox: Sandbox,
  record: ProofRecord,
  options: RepositoryToRestore,
): Promise<RestoredServer | undefined> {
  const { repository, say, signal, superuser, target } = options;
  say("copying the repository into a sandbox without a network");
  const opened = await openInSandbox(sandbox, record, options);
  if (opened === undefined) return undefined;
  const { backups } = opened.info;
  const choice = chooseBackup(backups, target, repository.path);
  record.check("it has a backup to begin with", {
    passed: "backup" in choice ? choice.backup.label : "",
    findings: "finding" in choice ? [choice.finding] : pageFindings(backups),
  });
  if ("finding" in choice) return undefined;
  record.madeAtInDump = target ?? new Date(choice.backup.timestamp.stop * 1_000);
  record.note({ backup: { dumpedBy: `pgBackRest ${choice.backup.backrest.version}` } });
  say("having pgBackRest verify every file of it");
  await record.timed("verify", () => verifyFiles(sandbox, record, opened, repository));
  say(`recovering PostgreSQL ${opened.major} from ${choice.backup.label}`);
  const container = await record.timed("restore", async () => {
    const isRecovered = await recoverServer(sandbox, record, opened, choice.backup, options);
    const { image, major } = opened;
    return isRecovered ? openServer(sandbox, record, { image, major, superuser, signal }) : undefined;
  });
  record.restoreSeconds = record.secondsOf("fetch and unpack", "restore");
  if (container === undefined) return undefined;
  const { major, workshop } = opened;
  return { workshop, container, major, kind: "pgbackrest", withRoles: true, missingRoles: new Set() };
}

async function openInSandbox(
  sandbox: Sandbox,
  record: ProofRecord,
  { key, repository, signal }: RepositoryToRestore,
): Promise<Opened | undefined> {
  const { docker, limits } = sandbox;
  const firstImage = await resolveImage(docker, "postgres-archive");
  const first = await sandbox.startWorkshop(firstImage);
  const brought = await record.timed("fetch and unpack", () =>
    bringRepository(docker, first, repository, { limits, signal }),
  );
  const changed = brought.length === 0 && (await repository.changed());
  record.check("the repository can be copied", {
    passed: `${String(repository.files.length)} files`,
    findings: changed
      ? [
          {
            code: "changed-while-read",
            message: `${repository.path} changed while it was read: a backup or the archiving of WAL goes on; verify a copy that stands still.`,
          },
        ]
      : brought,
  });
  record.note({
    backup: {
      kind: "pgbackrest",
      unpackedBytes: repository.bytes,
      wrappings: repository.isEncrypted ? ["pgbackrest"] : [],
      sha256: changed ? null : repository.sha256(),
    },
  });
  if (brought.length > 0) return undefined;
  const info = await readInfo(sandbox, first, repository, key);
  const finding = keyFinding(repository, key !== undefined, info.trouble);
  record.check("the repository can be read", {
    passed: `${String(info.backups.length)} backups`,
    findings: finding === undefined ? [] : [finding],
  });
  if (finding !== undefined && finding.code !== "not-encrypted") return undefined;
  const major = info.major ?? 0;
  const image = major === 0 ? firstImage : await resolveImage(docker, `postgres-archive:${major}`);
  if (image === firstImage) return { workshop: first, image, major, info };
  const workshop = await sandbox.startWorkshop(image);
  await writeSettings(docker, workshop, repository.stanza, repository.isEncrypted ? key : undefined);
  return { workshop, image, major, info };
}

async function readInfo(
  { docker, limits }: Sandbox,
  workshop: Docker.Container,
  { isEncrypted, stanza }: Repository,
  key: Buffer | undefined,
): Promise<RepositoryInfo> {
  await writeSettings(docker, workshop, stanza, isEncrypted ? key : undefined);
  const argv = [`--stanza=${stanza}`, "--output=json", "info"];
  const { stdout, stderr } = await pgbackrest(docker, workshop, argv, limits.timeMs);
  // Without a description that it could read, pgBackRest may end without one of its own.
  return stdout.trim() === ""
    ? { backups: [], major: undefined, trouble: stderr.trim().split("\n")[0] ?? "" }
    : parseInfo(stdout, stanza);
}

async function verifyFiles(
  { docker, limits }: Sandbox,
  record: ProofRecord,
  { workshop }: Opened,
  { stanza }: Repository,
): Promise<void> {
  const argv = [`--stanza=${stanza}`, "--log-level-console=info", "--output=text", "--verbose", "verify"];
  const { stdout, stderr } = await pgbackrest(docker, workshop, argv, limits.timeMs);
  record.check("every file of the repository is as pgBackRest wrote it", {
    ofData: true,
    passed: "pgbackrest verify read every file of every backup and every WAL segment, with its checksum",
    findings: verifyFindings(`${stdout}\n${stderr}`),
  });
}

/** Lays the server's files, sees whether the archive has all the WAL, and replays it. */
async function recoverServer(
  { docker, limits }: Sandbox,
  record: ProofRecord,
  { workshop, info }: Opened,
  backup: RepositoryBackup,
  { repository, target }: RepositoryToRestore,
): Promise<boolean> {
  const { timeMs } = limits;
  const { stanza } = repository;
  await execInContainer(docker, workshop.id, ["rm", "-rf", `${dataFolder}/pgdata`]);
  const argv = [
    ...[`--stanza=${stanza}`, `--set=${backup.label}`, "--type=default", "--archive-mode=off"],
    ...[`--tablespace-map-all=${dataFolder}/tablespaces`, "restore"],
  ];
  const restored = await pgbackrest(docker, workshop, argv, timeMs);
  const said = `${restored.stdout}\n${restored.stderr}`.trim().split("\n")[0] ?? "";
  record.check(`the backup ${backup.label} can be restored`, {
    passed: "pgBackRest laid every file of it",
    findings:
      restored.exitStatus === 0
        ? []
        : /no space left/i.test(said)
          ? [
              {
                code: "no-space",
                message:
                  "The backup does not fit unpacked into what the server may take: give more with --disk.",
              },
            ]
          : [
              {
                code: "damaged",
                message: `The backup ${backup.label} can't be restored: ${said.slice(0, 200)}.`,
              },
            ],
  });
  if (restored.exitStatus !== 0) return false;
  const wal = archivedWal(repository.files, await segmentBytes(docker, workshop));
  record.check("the archive has every WAL segment since its oldest backup", {
    passed: sayWal(wal),
    findings: missingWal(wal, info.backups),
  });
  await neutralise(docker, workshop);
  const recovered = await recover(docker, workshop, { target, restoreCommand: archiveGet(stanza), timeMs });
  recordRecovery(record, target, recovered);
  return recovered.findings.length === 0;
}

async function segmentBytes(docker: Docker, workshop: Docker.Container): Promise<number> {
  const argv = ["pg_controldata", `${dataFolder}/pgdata`];
  const { stdout } = await execInContainer(docker, workshop.id, argv, { env: { LC_ALL: "C" } });
  return Number(/^Bytes per WAL segment:\s+(\d+)$/m.exec(stdout)?.[1] ?? 16 * 2 ** 20);
}
