import type Docker from "dockerode";
import { execInContainer } from "../engine/exec.ts";
import type { BackupFinding } from "./backup-finding.ts";
import type { ProofRecord } from "./proof-record.ts";
import { dataFolder } from "./sandbox.ts";

export interface Recovery {
  /** Undefined: as far as the WAL goes. */
  readonly target: Date | undefined;
  /** Fetches a segment that is not with the server's files: `%f` is its name, `%p` where it goes. */
  readonly restoreCommand: string;
  readonly timeMs: number;
}

export interface Recovered {
  /** Where the server says that it stopped. */
  readonly stopped: string;
  readonly findings: readonly BackupFinding[];
}

/** `SECONDS`: replays until the server is a primary of its own, stops it, and prints its log. */
const script = `
cd ${dataFolder} && touch pgdata/recovery.signal && cat > recovery.conf || exit 1
pg_ctl -W -D pgdata -o "-c config_file=${dataFolder}/recovery.conf" -l /tmp/recovery.log start > /dev/null 2>&1
# pg_ctl itself takes a server that still replays for one that has started.
status=1; SECONDS=0; sleep 0.2
while [ -f pgdata/postmaster.pid ] && [ $SECONDS -lt "$1" ]; do
  if grep -qx 'ready *' pgdata/postmaster.pid; then status=0; break; fi
  sleep 0.1
done
[ -f pgdata/postmaster.pid ] && pg_ctl -w -m fast -D pgdata stop > /dev/null 2>&1
rm -f recovery.conf
echo "status $status"; tail -c 20000 /tmp/recovery.log`;

/**
 * Replays WAL in the workshop, which has the shell that a `restore_command` needs: nobody can give that server a command, and no user's
 * code runs while it replays. What is left are the files of a server that has ended its recovery and was stopped.
 */
export async function recover(
  docker: Docker,
  workshop: Docker.Container,
  { target, restoreCommand, timeMs }: Recovery,
): Promise<Recovered> {
  const argv = ["bash", "-c", script, "recover", String(Math.ceil(timeMs / 1000))];
  const { stdout } = await execInContainer(docker, workshop.id, argv, {
    stdin: settings(target, restoreCommand),
    // The server may need its time to stop, too.
    timeoutMs: timeMs + 30_000,
  });
  return readRecovery(stdout, target);
}

/** Records how far the WAL brought it. */
export function recordRecovery(record: ProofRecord, target: Date | undefined, recovered: Recovered): void {
  record.check(
    target === undefined
      ? "the WAL can be replayed to its end"
      : `it can be recovered to ${target.toISOString()}`,
    { ofData: target !== undefined, passed: recovered.stopped, findings: recovered.findings },
  );
}

/** Reads what the script printed. */
export function readRecovery(said: string, target: Date | undefined): Recovered {
  const lines = said.split("\n").map((line) => line.replace(/^.*?\]?\s(?=LOG:|FATAL:|PANIC:|WARNING:)/, ""));
  const of = (pattern: RegExp): string | undefined =>
    lines.flatMap((line) => pattern.exec(line)?.[1] ?? []).at(-1);
  const stopped =
    of(/^LOG: {2}(recovery stopping .*)$/) ?? of(/^LOG: {2}(redo done .*)$/) ?? "it has none to replay";
  if (lines.includes("status 0")) return { stopped, findings: [] };
  const fatal = of(/^(?:FATAL|PANIC): {2}(.*)$/) ?? "it gave no reason";
  if (/recovery ended before configured recovery target/.test(fatal)) {
    const last = of(/last completed transaction was at log time (.*)$/);
    const where = last === undefined ? "" : `, after the transaction of ${last}`;
    return {
      stopped,
      findings: [
        {
          code: "target-unreachable",
          message: `The WAL does not reach ${target?.toISOString() ?? "its end"}: it ends before that${where}; the instant was not archived, or segments before it are missing.`,
        },
      ],
    };
  }
  const isWal =
    /checkpoint record|WAL ends before|requested WAL segment|could not find redo|backup.*end-of-backup/.test(
      fatal,
    );
  return {
    stopped,
    findings: [
      {
        code: isWal ? "wal-missing" : "server-not-started",
        message: isWal
          ? `No server opens the backup: its WAL is not complete (${fatal}).`
          : `No server recovers from the backup: ${fatal}.`,
      },
    ],
  };
}

/** Without connections from outside, and without a standby's demands on settings of the server that was backed up. */
function settings(target: Date | undefined, restoreCommand: string): string {
  const values = {
    restore_command: restoreCommand,
    ...(target === undefined
      ? {}
      : {
          recovery_target_time: target.toISOString().replace("T", " ").replace("Z", "+00"),
          recovery_target_action: "promote",
        }),
    hba_file: `${dataFolder}/sandbox_hba.conf`,
    listen_addresses: "",
    unix_socket_directories: "/tmp",
    hot_standby: "off",
    archive_mode: "off",
    fsync: "off",
    autovacuum: "off",
    lc_messages: "C",
    timezone: "UTC",
    log_timezone: "UTC",
    max_connections: "10",
  };
  return Object.entries(values)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join("");
}
