import type Docker from "dockerode";
import { execInContainer } from "../engine/exec.ts";
import type { BackupFinding } from "./backup-finding.ts";
import { dataFolder } from "./sandbox.ts";

/** Where the server's files are. */
const pgdata = `${dataFolder}/pgdata`;

/** Settings and rules of access of the sandbox: those of the backup can name files and programs of another machine. */
export const ownSettings = {
  config_file: `${dataFolder}/sandbox.conf`,
  hba_file: `${dataFolder}/sandbox_hba.conf`,
};

export interface BaseBackupFiles {
  /** Archives, in the sandbox. */
  readonly base: string;
  /** Undefined: it is within the base. */
  readonly wal: string | undefined;
  /** The server's own list of the files, with checksums. */
  readonly manifest: string | undefined;
  readonly timeMs: number;
}

/** `BASE WAL`: unpacks both; says what tar said, then what points out of the folder, then the first segment that is missing. */
const unpackScript = `
cd ${dataFolder} && rm -rf pgdata && mkdir -m 700 pgdata || exit 1
tar -x -f "$1" -C pgdata --no-same-owner 2> /tmp/said; status=$?
if [ -n "$2" ]; then mkdir -p pgdata/pg_wal; tar -x -f "$2" -C pgdata/pg_wal --no-same-owner 2>> /tmp/said || status=$?; fi
echo "status $status"
find pgdata -type l -printf 'link %p\\n' | head -n 20
segment=$(sed -n 's/^START WAL LOCATION: .* (file \\([0-9A-F]*\\))$/\\1/p' pgdata/backup_label)
[ -f "pgdata/pg_wal/$segment" ] || echo "missing $segment"
[ -s pgdata/tablespace_map ] && echo "tablespaces"
head -c 4000 /tmp/said`;

/**
 * Unpacks a base backup in the workshop and compares its files with the server's own list. What is unpacked can't leave the workshop,
 * whatever the names in the archive are.
 */
export async function unpackBaseBackup(
  docker: Docker,
  workshop: Docker.Container,
  { base, wal, timeMs }: BaseBackupFiles,
): Promise<BackupFinding[]> {
  const argv = ["bash", "-c", unpackScript, "unpack", base, wal ?? ""];
  const { stdout } = await execInContainer(docker, workshop.id, argv, { timeoutMs: timeMs });
  const lines = stdout.split("\n");
  const escapes = lines.filter((line) => /^link |Member name contains|Removing leading/.test(line));
  if (escapes.length > 0) {
    return [
      {
        code: "path-escape",
        message: `The base backup names paths outside of its own folder (${escapes.slice(0, 3).join("; ")}): no server writes such an archive; nothing outside was touched.`,
      },
    ];
  }
  if (lines.some((line) => /no space left/i.test(line))) {
    return [
      {
        code: "no-space",
        message:
          "The base backup does not fit unpacked into what the server may take: give more with --disk.",
      },
    ];
  }
  const [, status] = /^status (\d+)$/m.exec(stdout) ?? [];
  if (/unexpected eof/i.test(stdout)) {
    return [
      {
        code: "cut-short",
        message:
          "The base backup was cut short: its archive ends before its end; whatever wrote it ended before it was done.",
      },
    ];
  }
  if (status !== "0") {
    return [{ code: "damaged", message: `The base backup can't be unpacked: ${lines.at(-1) ?? ""}.` }];
  }
  if (lines.includes("tablespaces")) {
    return [
      {
        code: "check-not-run",
        message:
          "The base backup has tablespaces of its own, whose archives are files of their own: such a backup can't be verified here yet.",
      },
    ];
  }
  const missing = lines.find((line) => line.startsWith("missing "))?.slice("missing ".length);
  if (missing === undefined) return [];
  return [
    {
      code: "wal-missing",
      message: `The base backup needs its WAL from the segment ${missing} on, and that is neither in it nor given with --wal: without it no server opens it (pg_basebackup --wal-method=stream writes pg_wal.tar beside it).`,
    },
  ];
}

/** Compares every file with the checksum that the server gave it, WAL left out: the server reads that when it starts. */
export async function verifyFiles(
  docker: Docker,
  workshop: Docker.Container,
  { manifest, timeMs }: BaseBackupFiles,
): Promise<BackupFinding[]> {
  if (manifest === undefined) return [];
  const script = `cp "$1" ${pgdata}/backup_manifest && pg_verifybackup -n ${pgdata} 2>&1 | head -c 4000; exit "\${PIPESTATUS[0]}"`;
  const argv = ["bash", "-c", script, "verify", manifest];
  const { exitStatus, stdout } = await execInContainer(docker, workshop.id, argv, { timeoutMs: timeMs });
  if (exitStatus === 0) return [];
  const said = stdout.trim().split("\n").slice(0, 3).join("; ").replaceAll("pg_verifybackup: error: ", "");
  return [
    {
      code: "damaged",
      message: `The files of the base backup are not those that the server wrote: ${said}.`,
    },
  ];
}

/** Takes out what would make the server follow another one, wait for an archive, or use a setting of the machine that it came from. */
export async function neutralise(docker: Docker, workshop: Docker.Container): Promise<void> {
  const script = `cd ${dataFolder} && rm -f pgdata/{standby.signal,recovery.signal,postmaster.pid} && : > pgdata/postgresql.auto.conf \
    && : > sandbox.conf && printf 'local all all trust\\nhost all all 127.0.0.1/32 trust\\n' > sandbox_hba.conf`;
  const { exitStatus, stderr } = await execInContainer(docker, workshop.id, ["bash", "-c", script]);
  if (exitStatus !== 0) throw new Error(`the base backup could not be prepared: ${stderr}`);
}

/** Reads every page of a server that was stopped. Undefined when its pages have no checksums. */
export async function checkPages(
  docker: Docker,
  workshop: Docker.Container,
  timeMs: number,
): Promise<BackupFinding[] | undefined> {
  const script = `pg_checksums --check -D ${pgdata} 2>&1 | head -c 4000; exit "\${PIPESTATUS[0]}"`;
  const { exitStatus, stdout } = await execInContainer(docker, workshop.id, ["bash", "-c", script], {
    timeoutMs: timeMs,
  });
  if (/checksums are not enabled/.test(stdout)) return undefined;
  if (exitStatus === 0) return [];
  const said = stdout.trim().split("\n").slice(0, 3).join("; ").replaceAll("pg_checksums: error: ", "");
  return [
    /checksum verification failed|Bad checksums:\s+[1-9]/.test(stdout)
      ? { code: "corruption", message: `Pages of the restored server are not as they were written: ${said}.` }
      : { code: "check-not-run", message: `The pages of the restored server could not be checked: ${said}.` },
  ];
}
