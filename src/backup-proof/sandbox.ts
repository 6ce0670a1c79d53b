import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type Docker from "dockerode";
import type { Engine } from "../engine/engine.ts";
import { runLabels } from "../engine/labels.ts";
import { removeRun } from "../engine/remove-run.ts";
import { startWatchdog, type Watchdog } from "../engine/watchdog.ts";
import type { SandboxLimits } from "./sandbox-limits.ts";
import { createSealedContainer } from "./sealed-container.ts";
import { layTripwire } from "./tripwire.ts";

/** Where the unpacked backup is in the containers. */
export const backupFolder = "/sandbox/backup";

/** Where the restored server keeps its files. */
export const dataFolder = "/sandbox/data";

/** The superuser that the harness uses: a name that no backup brings with it. */
export const sandboxUser = "drill_sandbox";

/** Folders of memory, with a limit each, and the containers that use them. Disposing removes all of it. */
export interface Sandbox extends AsyncDisposable {
  readonly docker: Docker;
  readonly runId: string;
  readonly limits: SandboxLimits;
  /** Starts a container in which files are copied, decrypted and unpacked. It has a shell, and no server. */
  startWorkshop(image: string): Promise<Docker.Container>;
  /** Starts the server whose files are in the data folder. It can read the backup, and has a tripwire in the place of a shell. */
  startServer(image: string, settings: Readonly<Record<string, string>>): Promise<Docker.Container>;
  /** Starts a Redis that loads a file of the backup folder. */
  startRedis(image: string, path: string): Promise<Docker.Container>;
}

/** Makes the folders of a sandbox, guarded by a watchdog from before there is anything to guard. */
export async function openSandbox(engine: Engine, runId: string, limits: SandboxLimits): Promise<Sandbox> {
  const { docker } = engine;
  const directory = join(tmpdir(), `drill-${runId}`);
  const watchdog = startWatchdog(runId, engine.socketPath, { directories: [directory] });
  const close = () => removeSandbox(docker, runId, directory, watchdog);
  try {
    await mkdir(directory, { mode: 0o755 });
    const [backup, data, tripwire] = await Promise.all([
      createMemoryVolume(docker, runId, "backup", limits.diskBytes),
      createMemoryVolume(docker, runId, "data", limits.diskBytes),
      layTripwire(directory),
    ]);
    let workshops = 0;
    return {
      docker,
      runId,
      limits,
      async startWorkshop(image) {
        workshops += 1;
        return started(
          await createSealedContainer(docker, runId, {
            name: `drill-${runId}-workshop-${workshops}`,
            image,
            argv: ["sleep", "infinity"],
            mounts: [mount(backup, backupFolder, false), mount(data, dataFolder, false)],
            memoryBytes: limits.memoryBytes + 2 * limits.diskBytes,
            processes: limits.processes,
          }),
        );
      },
      async startServer(image, settings) {
        const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
        return started(
          await createSealedContainer(docker, runId, {
            name: `drill-${runId}-server`,
            image,
            argv: ["postgres", "-D", dataFolder + "/pgdata", ...options],
            environment: ["SHELL=/bin/sh"],
            mounts: [mount(backup, backupFolder, true), mount(data, dataFolder, false), tripwire],
            memoryBytes: limits.memoryBytes + limits.diskBytes,
            processes: limits.processes,
          }),
        );
      },
      async startRedis(image, path) {
        const file = [
          "--dir",
          backupFolder,
          "--dbfilename",
          basename(path),
          "--save",
          "",
          "--appendonly",
          "no",
        ];
        return started(
          await createSealedContainer(docker, runId, {
            name: `drill-${runId}-server`,
            image,
            user: "redis",
            argv: ["redis-server", "--bind", "127.0.0.1", ...file],
            mounts: [mount(backup, backupFolder, true), tripwire],
            memoryBytes: limits.memoryBytes,
            processes: limits.processes,
          }),
        );
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function removeSandbox(
  docker: Docker,
  runId: string,
  directory: string,
  watchdog: Watchdog,
): Promise<void> {
  await removeRun(docker, runId);
  await rm(directory, { recursive: true, force: true });
  await watchdog.finished();
}

async function started(container: Docker.Container): Promise<Docker.Container> {
  await container.start();
  return container;
}

/** A volume that lives in memory as long as a container uses it, and holds so many bytes and no more. */
async function createMemoryVolume(
  docker: Docker,
  runId: string,
  name: string,
  bytes: number,
): Promise<string> {
  const volume = `drill-${runId}_${name}`;
  await docker.createVolume({
    Name: volume,
    Driver: "local",
    DriverOpts: { type: "tmpfs", device: "tmpfs", o: `size=${bytes},mode=1777` },
    Labels: runLabels(runId),
  });
  return volume;
}

function mount(volume: string, path: string, readOnly: boolean): Docker.MountSettings {
  return {
    Type: "volume",
    Source: volume,
    Target: path,
    ReadOnly: readOnly,
    VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: "local", Options: {} } },
  };
}
