import { Socket } from "node:net";
import pg from "pg";
import type { AnsweredBy } from "./ledger-entry.ts";
import { DialError, failureCode } from "./client-connection.ts";
import type { ClientAnswer, ClientConnection, ClientRequest } from "./client-connection.ts";
import type { Connect } from "./dial-target.ts";
import { classifyFailure, classifyPostgresError, classifyPostgresSuccess } from "./outcome.ts";
import type { PostgresNotice } from "./outcome.ts";
import type { StoreTarget } from "./running-application.ts";

export interface PostgresRequests {
  readonly runId: string;
  readonly operation: "write" | "read";
  /** `$1` run, `$2` id, `$3` writer, `$4` payload; returns `node`, `timeline`, `xid`. */
  readonly insert: string;
  readonly read: string;
}

/** Connections of a `pg` client, each for one statement at a time. */
export function connectPostgres(requests: PostgresRequests): Connect<StoreTarget> {
  return async ({ containerId, url, endpoint }, deadlineMs, onClosed) => {
    const socket = new Socket();
    const client = new pg.Client({
      host: endpoint.host,
      port: endpoint.port,
      user: decodeURIComponent(url.username),
      // A function, so that pg does not go looking in the harness's own environment and files.
      password: () => decodeURIComponent(url.password),
      database: decodeURIComponent(url.pathname.slice(1)),
      ssl: false,
      stream: () => socket,
    });
    // Without a listener an error of an idle connection would end the thread; "close" says the same.
    client.on("error", () => undefined);
    await connect(client, socket, deadlineMs);
    return new PostgresConnection(containerId, client, socket, requests, onClosed);
  };
}

function connect(client: pg.Client, socket: Socket, remainingMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(
      () => {
        socket.destroy();
        reject(new DialError("connect-deadline"));
      },
      Math.max(0, remainingMs),
    );
    client.connect((error: Error | undefined) => {
      clearTimeout(deadline);
      // pg gives null for success.
      if (error instanceof Error) {
        socket.destroy();
        reject(new DialError(failureCode(error), { cause: error }));
      } else resolve();
    });
  });
}

interface AnsweredByRow {
  readonly node: string | null;
  readonly timeline: number | string | null;
  readonly xid: number | string | null;
}

class PostgresConnection implements ClientConnection {
  readonly containerId: string;
  #notices: PostgresNotice[] = [];
  #unanswered: ((answer: ClientAnswer) => void) | undefined;
  readonly #client: pg.Client;
  readonly #socket: Socket;
  readonly #requests: PostgresRequests;

  constructor(
    containerId: string,
    client: pg.Client,
    socket: Socket,
    requests: PostgresRequests,
    onClosed: () => void,
  ) {
    this.containerId = containerId;
    this.#client = client;
    this.#socket = socket;
    this.#requests = requests;
    client.on("notice", (notice) => this.#notices.push(notice));
    socket.once("close", () => {
      this.#answer(classifyFailure("sent", "connection-closed"));
      onClosed();
    });
  }

  get closed(): boolean {
    return this.#socket.destroyed || !this.#socket.writable;
  }

  send(request: ClientRequest, done: (answer: ClientAnswer) => void): void {
    this.#notices = [];
    this.#unanswered = done;
    const { operation, runId, insert, read } = this.#requests;
    const query =
      operation === "write"
        ? { name: "write", text: insert, values: [runId, request.id, request.writer, request.payload] }
        : { name: "read", text: read };
    // The form with a callback: the one with a promise captures a stack for every failure, thousands in an outage.
    this.#client.query(
      query,
      (error: Error | undefined, result: pg.QueryResult<Partial<AnsweredByRow>> | undefined) => {
        if (error instanceof pg.DatabaseError) this.#answer(classifyPostgresError("sent", error.code ?? ""));
        else if (error instanceof Error) this.#answer(classifyFailure("sent", failureCode(error)));
        else
          this.#answer({
            ...classifyPostgresSuccess(this.#notices),
            ...answeredBy(result?.rows[0]),
          });
      },
    );
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #answer(answer: ClientAnswer): void {
    const done = this.#unanswered;
    this.#unanswered = undefined;
    done?.(answer);
  }
}

/** A read may say it too, where its statement returns a column of that name. */
function answeredBy(row: Partial<AnsweredByRow> | undefined): { answeredBy?: AnsweredBy } {
  if (typeof row?.node !== "string") return {};
  return {
    answeredBy: {
      node: row.node,
      ...(row.timeline === null || row.timeline === undefined ? {} : { timeline: Number(row.timeline) }),
      ...(row.xid === null || row.xid === undefined ? {} : { xid: String(row.xid) }),
    },
  };
}
