import type Docker from "dockerode";
import { execInContainer } from "../engine/exec.ts";
import { HarnessError } from "../harness-error.ts";
import { dataFolder, sandboxUser, type Sandbox } from "./sandbox.ts";
import { untilServing } from "./sandbox-client.ts";

/** A server that starts has this long, in milliseconds. */
const startWithinMs = 60_000;

/** Makes an empty cluster in the data folder, with nothing in it but the harness's own superuser. */
export async function initialiseCluster(docker: Docker, workshop: Docker.Container): Promise<void> {
  const pgdata = `${dataFolder}/pgdata`;
  const script = `rm -rf ${pgdata} && initdb -D ${pgdata} -U ${sandboxUser} --auth=trust --encoding=UTF8 --data-checksums --no-sync > /tmp/initdb 2>&1 || { tail -n 3 /tmp/initdb; exit 1; }`;
  const { exitStatus, stdout } = await execInContainer(docker, workshop.id, ["bash", "-c", script], {
    timeoutMs: startWithinMs,
  });
  if (exitStatus === 0) return;
  const isFull = /no space left/i.test(stdout);
  throw new HarnessError(
    `Expected to make an empty database cluster in the sandbox, but ${stdout.trim().replace(/\s+/g, " ").slice(-200)}; ${isFull ? "give it more room with --disk" : "see whether the image is a PostgreSQL image"}.`,
    { code: "cluster-not-made", exitStatus: 69 },
  );
}

/** Starts the server on the cluster and waits for it. */
export async function startRestoreServer(
  sandbox: Sandbox,
  image: string,
  major: number,
): Promise<Docker.Container> {
  const server = await sandbox.startServer(image, serverSettings(sandbox.limits.diskBytes));
  const reason = await untilServing(sandbox.docker, server, {
    database: "postgres",
    major,
    signal: AbortSignal.timeout(startWithinMs),
  });
  if (reason === undefined) return server;
  throw new HarnessError(
    `Expected the server that restores to start within ${startWithinMs / 1000} s, but ${reason}; give it more room with --disk or --memory.`,
    { code: "server-not-started", exitStatus: 69 },
  );
}

/** What speeds up a restore into files that nobody will want back after a crash. */
export function serverSettings(diskBytes: number): Readonly<Record<string, string>> {
  const megabyte = 2 ** 20;
  return {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "/tmp",
    fsync: "off",
    full_page_writes: "off",
    synchronous_commit: "off",
    wal_level: "minimal",
    max_wal_senders: "0",
    max_wal_size: `${Math.max(32, Math.min(1024, Math.floor(diskBytes / megabyte / 4)))}MB`,
    autovacuum: "off",
    jit: "off",
    max_connections: "40",
    shared_buffers: "128MB",
    maintenance_work_mem: "128MB",
    lc_messages: "C",
    // What the tripwire says is to be found again in the container's log.
    log_min_messages: "fatal",
    log_checkpoints: "off",
  };
}
