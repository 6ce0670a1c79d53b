import { Agent, request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Socket } from "node:net";
import type { HttpRequestDefinition } from "../topology/system-definition.ts";
import { DialError, failureCode } from "./client-connection.ts";
import type { ClientAnswer, ClientConnection, ClientRequest } from "./client-connection.ts";
import type { Connect } from "./dial-target.ts";
import type { AnsweredBy } from "./ledger-entry.ts";
import { classifyFailure, classifyHttpAnswer, readSaidEffect } from "./outcome.ts";
import type { Target } from "./running-application.ts";

/** Connections that carry one request at a time through the application. */
export function connectHttp(runId: string, definition: HttpRequestDefinition): Connect<Target> {
  return async ({ containerId, endpoint }, deadlineMs, onClosed) => {
    const socket = connect({ host: endpoint.host, port: endpoint.port, noDelay: true });
    await connected(socket, deadlineMs);
    return new HttpConnection(containerId, socket, runId, definition, onClosed);
  };
}

function connected(socket: Socket, remainingMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (code: string, cause?: unknown): void => {
      clearTimeout(deadline);
      socket.destroy();
      reject(new DialError(code, { cause }));
    };
    const deadline = setTimeout(() => fail("connect-deadline"), Math.max(0, remainingMs));
    socket.on("error", (error) => fail(failureCode(error), error));
    socket.once("connect", () => {
      clearTimeout(deadline);
      resolve();
    });
  });
}

class HttpConnection implements ClientConnection {
  readonly containerId: string;
  #unanswered: ((answer: ClientAnswer) => void) | undefined;
  readonly #socket: Socket;
  readonly #agent: Agent;
  readonly #runId: string;
  readonly #definition: HttpRequestDefinition;

  constructor(
    containerId: string,
    socket: Socket,
    runId: string,
    definition: HttpRequestDefinition,
    onClosed: () => void,
  ) {
    this.containerId = containerId;
    this.#socket = socket;
    this.#runId = runId;
    this.#definition = definition;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1 });
    // This one socket and no other: a second one would be a connect that nobody accounts for.
    this.#agent.createConnection = () => socket;
    socket.once("close", () => {
      this.#agent.destroy();
      this.#answer(classifyFailure("sent", "connection-closed"));
      onClosed();
    });
  }

  get closed(): boolean {
    return this.#socket.destroyed || !this.#socket.writable;
  }

  send(request: ClientRequest, done: (answer: ClientAnswer) => void): void {
    this.#unanswered = done;
    const { method, path, operation } = this.#definition;
    const body =
      operation === "write"
        ? JSON.stringify({
            run: this.#runId,
            id: request.id,
            writer: request.writer,
            payload: request.payload,
          })
        : "";
    const headers =
      body === "" ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const outgoing = httpRequest({ agent: this.#agent, host: "127.0.0.1", method, path, headers });
    const failed = (error: Error): void => this.#answer(classifyFailure("sent", failureCode(error)));
    outgoing.once("error", failed);
    outgoing.once("response", (response) => {
      response.once("error", failed);
      const status = response.statusCode ?? 0;
      // Of success nothing more is to be learned, and what a read would have changed nobody asks.
      const errorBody = operation === "write" && status >= 400 ? collectText(response) : undefined;
      response.once("end", () => {
        // The next request must not go into a connection that the server is about to end.
        if (!outgoing.shouldKeepAlive) this.#socket.destroy();
        this.#answer({
          ...classifyHttpAnswer(status, readSaidEffect(errorBody?.() ?? "")),
          ...parseAnsweredBy(response.headers["x-answered-by"]),
        });
      });
      response.resume();
    });
    outgoing.end(body);
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

/** Longest body of an error that is read; a longer one says nothing of what was applied. */
const longestErrorBody = 65_536;

/** Returns what gives the body once it has ended; empty when it was too long. */
function collectText(response: IncomingMessage): () => string {
  const chunks: Buffer[] = [];
  let length = 0;
  response.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length <= longestErrorBody) chunks.push(chunk);
  });
  return () => (length <= longestErrorBody ? Buffer.concat(chunks).toString("utf8") : "");
}

/** Reads `node=<name>; timeline=<n>; xid=<n>`, of which the last two may be absent. */
export function parseAnsweredBy(header: string | readonly string[] | undefined): { answeredBy?: AnsweredBy } {
  if (typeof header !== "string") return {};
  const fields = new Map(
    header.split(";").map((field) => {
      const [name = "", value = ""] = field.split("=", 2).map((part) => part.trim());
      return [name, value];
    }),
  );
  const node = fields.get("node");
  const timeline = fields.get("timeline");
  const xid = fields.get("xid");
  if (node === undefined) return {};
  return {
    answeredBy: {
      node,
      ...(timeline !== undefined && /^\d+$/.test(timeline) ? { timeline: Number(timeline) } : {}),
      ...(xid !== undefined && /^\d+$/.test(xid) ? { xid } : {}),
    },
  };
}
