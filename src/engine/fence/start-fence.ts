import { once } from "node:events";
import { chmod, mkdir, rm, stat } from "node:fs/promises";
import type { Server } from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";
import { HarnessError } from "../../harness-error.ts";
import { archiveRoutes } from "./archive-routes.ts";
import { containerRoutes } from "./container-routes.ts";
import { EngineClient } from "./engine-client.ts";
import { execRoutes, type ExecTarget } from "./exec-routes.ts";
import { createFenceServer, type Refusal } from "./fence-server.ts";
import { imageRoutes } from "./image-routes.ts";
import { networkRoutes } from "./network-routes.ts";
import { OwnRun, type ContainerLimits } from "./own-run.ts";
import { Reach } from "./reach.ts";
import { readIdentity, systemRoutes } from "./system-routes.ts";
import { volumeRoutes } from "./volume-routes.ts";

export interface FenceOptions {
  /** Unix socket of the container engine. */
  readonly engineSocketPath: string;
  /** Directory for the fence's socket; mode 0700, made if it is not there. */
  readonly socketDirectory: string;
  readonly runId: string;
  /** Compose project of the run: prefix of container names, and label of the containers that the operator may see. */
  readonly project: string;
  /** Put on everything that is created through the fence, for clean-up; the run's own label always is. */
  readonly labels: Readonly<Record<string, string>>;
  /** Image references, and ids with `sha256:`, from which containers may be created. */
  readonly allowedImages: ReadonlySet<string>;
  /** Names that resolve to links, in lower case: no container gets one as an alias. */
  readonly linkAliases: ReadonlySet<string>;
  /** Upper bounds of each created container. Default 1 GiB of memory, 1,024 processes. */
  readonly limits?: ContainerLimits;
  readonly onRefusal: (refusal: Refusal) => void;
  readonly onExec: (target: ExecTarget) => void;
}

/**
 * The operator's only way to the container engine: an allow-list in front of it, behind which only the run exists.
 * Disposing stops it.
 */
export interface Fence extends AsyncDisposable {
  /** Unix socket that speaks the engine's API. */
  readonly socketPath: string;
  /** Commands executed in containers since the last call. */
  executedIn(): readonly ExecTarget[];
  /** Makes the containers of these services unreachable, as their host would be; open streams to them end. */
  cutOff(services: readonly string[]): void;
  restore(services: readonly string[]): void;
  stop(): Promise<void>;
}

/** Longest path of a unix socket on Linux, its final zero excluded. */
const longestSocketPath = 107;

/**
 * Starts a fence in this process.
 *
 * @throws HarnessError `no-engine` (69) when no engine answers on the socket, `fence-misconfigured` (70) when the
 * socket's path is too long or others may enter its directory.
 */
export async function startFence(options: FenceOptions): Promise<Fence> {
  const socketPath = join(options.socketDirectory, "engine.sock");
  checkSocketPath(socketPath);
  await makePrivateDirectory(options.socketDirectory);
  const engine = new EngineClient(options.engineSocketPath);
  const identity = await readIdentity(engine).catch((cause: unknown) => {
    engine.close();
    throw new HarnessError(
      `A container engine should answer on ${options.engineSocketPath} and does not; start it or set DOCKER_HOST.`,
      { code: "no-engine", exitStatus: 69, cause },
    );
  });

  const executed: ExecTarget[] = [];
  const reach = new Reach();
  const { runId, project, labels, allowedImages, linkAliases } = options;
  const limits = options.limits ?? { memoryBytes: 1024 ** 3, pids: 1024 };
  const run = new OwnRun({ runId, project, labels, allowedImages, linkAliases, limits }, reach);
  const onExec = (target: ExecTarget): void => {
    executed.push(target);
    options.onExec(target);
  };
  const server = createFenceServer({
    engine,
    identity,
    run,
    onRefusal: options.onRefusal,
    routes: [
      ...systemRoutes(identity),
      ...containerRoutes,
      ...execRoutes(onExec),
      ...archiveRoutes,
      ...networkRoutes,
      ...volumeRoutes,
      ...imageRoutes,
    ],
  });
  const closeServer = await listen(server, socketPath);

  const stop = async (): Promise<void> => {
    await closeServer();
    engine.close();
    await rm(socketPath, { force: true });
  };
  return {
    socketPath,
    executedIn: () => executed.splice(0),
    cutOff: (services) => reach.cutOff(services),
    restore: (services) => reach.restore(services),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function checkSocketPath(socketPath: string): void {
  if (Buffer.byteLength(socketPath) > longestSocketPath) {
    throw new HarnessError(
      `The path of a unix socket may have ${longestSocketPath} bytes, and ${socketPath} has more; set TMPDIR to a shorter one.`,
      { code: "fence-misconfigured", exitStatus: 70 },
    );
  }
}

/** Whoever can open the socket acts as the operator. */
async function makePrivateDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { mode } = await stat(directory);
  if ((mode & 0o077) !== 0) {
    throw new HarnessError(
      `The directory of a fence's socket must be closed to others, and ${directory} has mode ${(mode & 0o777).toString(8)}; pass one with mode 700.`,
      { code: "fence-misconfigured", exitStatus: 70 },
    );
  }
}

/** Returns what ends the server and every connection to it, upgraded ones too (of which the server itself knows nothing). */
async function listen(server: Server, socketPath: string): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(socketPath);
  await once(server, "listening");
  await chmod(socketPath, 0o600);
  return async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
}
