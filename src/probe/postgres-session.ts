import { Socket } from "node:net";
import { Client } from "pg";

/** A PostgreSQL server and who asks it. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** How long a server may take to close its side after it was told that the session is over, in milliseconds. */
const closingMs = 100;

/**
 * Opens one session, hands it to `use` and closes it.
 *
 * `deadlineMs` bounds all of it, connecting included: when it has passed, the connection is destroyed and whatever was pending
 * rejects. That frees the client only; a backend that waits for a synchronous standby goes on waiting.
 */
export async function withPostgres<T>(
  address: PostgresAddress,
  deadlineMs: number,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  // The socket is ours so that a deadline can destroy it: the driver's own timeouts leave the connection open.
  const socket = new Socket();
  const client = new Client({
    ...address,
    application_name: "drill-probe",
    ssl: false,
    stream: () => socket,
  });
  // A server that dies between two queries has no query to report it to; the next query rejects.
  client.on("error", () => undefined);
  const deadline = AbortSignal.timeout(deadlineMs);
  deadline.addEventListener("abort", () => socket.destroy());
  try {
    await client.connect();
    return await use(client);
  } catch (error) {
    throw deadline.aborted ? new Error(`no answer within ${deadlineMs} ms`, { cause: error }) : error;
  } finally {
    await close(client, socket);
  }
}

async function close(client: Client, socket: Socket): Promise<void> {
  if (socket.destroyed) return;
  const timer = setTimeout(() => socket.destroy(), closingMs);
  // A connection that was lost meanwhile is closed too.
  await client.end().catch(() => undefined);
  clearTimeout(timer);
  socket.destroy();
}

/**
 * A write that waits for a synchronous standby outlives its client and no timeout of the server bounds it: probe after probe
 * would use up the connections of the system under drill.
 */
export async function releaseBackend(
  address: PostgresAddress,
  deadlineMs: number,
  backend: number,
): Promise<void> {
  await withPostgres(address, deadlineMs, (client) =>
    client.query("select pg_terminate_backend($1)", [backend]),
  ).catch(() => undefined);
}
