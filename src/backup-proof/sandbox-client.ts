import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import { Client } from "pg";
import { failureDetail } from "../probe/failure-detail.ts";
import { ContainerSocket } from "./container-socket.ts";
import { sandboxUser } from "./sandbox.ts";

/** Between two attempts to connect to a server that starts. */
const pollMs = 50;

export interface SandboxSession {
  readonly database: string;
  /** Of the server. */
  readonly major: number;
  readonly signal: AbortSignal;
  /** Default: the harness's own superuser. */
  readonly user?: string;
}

/**
 * Opens one session of a superuser, hands it to `use` and closes it. Whatever a backup set up for sessions is switched
 * off: search path, triggers on login. All of it ends when `signal` aborts.
 */
export async function withSandboxClient<T>(
  docker: Docker,
  server: Docker.Container,
  { database, major, signal, user = sandboxUser }: SandboxSession,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const socket = new ContainerSocket(docker, server.id);
  const client = new Client({
    user,
    database,
    application_name: "drill",
    // As `-c` of the server's command line.
    options: `-c search_path=pg_catalog${major >= 17 ? " -c event_triggers=off" : ""}`,
    stream: () => socket,
  });
  client.on("error", () => undefined);
  const abort = (): void => void socket.destroy(new Error("no answer within the time limit"));
  signal.addEventListener("abort", abort, { once: true });
  try {
    await client.connect();
    return await use(client);
  } finally {
    signal.removeEventListener("abort", abort);
    await client.end().catch(() => undefined);
    socket.destroy();
  }
}

/** Waits until the server takes connections. Undefined, or why it does not. */
export async function untilServing(
  docker: Docker,
  server: Docker.Container,
  session: SandboxSession,
): Promise<string | undefined> {
  const { signal } = session;
  for (;;) {
    try {
      await withSandboxClient(docker, server, session, (client) => client.query("select 1"));
      return undefined;
    } catch (error) {
      const { State } = await server.inspect();
      if (!State.Running) return `it ended with status ${State.ExitCode}`;
      if (signal.aborted) return failureDetail(error);
      await pause(pollMs);
    }
  }
}
