import {
  Agent,
  request,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from "node:http";
import { pipeline, type Duplex, type Readable } from "node:stream";
import { json } from "node:stream/consumers";
import { Denied } from "./denied.ts";

/** A request of the fence's own making. */
export interface EngineCall {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  /** Each is encoded on its own, so that no value can add a segment. */
  readonly path: readonly string[];
  /** Undefined values are left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: { readonly json: unknown } | { readonly tar: Readable };
}

/** The engine answered 101: from here on the socket is a raw stream. */
export interface Upgraded {
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly contentType: string;
}

/** Talks to the container engine on its unix socket, at one API version. */
export class EngineClient {
  readonly #socketPath: string;
  readonly #agent: Agent;
  readonly #version: string | undefined;

  constructor(socketPath: string, agent = new Agent({ keepAlive: true }), version?: string) {
    this.#socketPath = socketPath;
    this.#agent = agent;
    this.#version = version;
  }

  at(version: string): EngineClient {
    return new EngineClient(this.#socketPath, this.#agent, version);
  }

  /** The document of a successful answer; anything else is the engine's own error, passed on to the client. */
  async read(call: EngineCall): Promise<unknown> {
    const response = await this.send(call);
    const document = await json(response).catch(() => undefined);
    const status = response.statusCode ?? 502;
    if (status >= 200 && status < 300) return document;
    const message = (document as { message?: unknown } | undefined)?.message;
    throw new Denied(
      status,
      typeof message === "string" ? message : `the engine answered ${status}`,
      "engine",
    );
  }

  /** The answer as a stream, whatever its status. */
  send(call: EngineCall): Promise<IncomingMessage> {
    const sent = this.#request(call, { agent: this.#agent });
    return new Promise((resolve, reject) => {
      sent.once("response", resolve);
      sent.on("error", (cause) => reject(engineGone(cause)));
      writeBody(sent, call);
    });
  }

  /** Asks for a raw stream. The engine may answer with an ordinary response instead (no such container, not running). */
  upgrade(call: EngineCall): Promise<Upgraded | IncomingMessage> {
    const sent = this.#request(call, { agent: false, headers: { connection: "Upgrade", upgrade: "tcp" } });
    return new Promise((resolve, reject) => {
      sent.once("upgrade", (response, socket, head) =>
        resolve({
          socket,
          head,
          contentType: response.headers["content-type"] ?? "application/vnd.docker.raw-stream",
        }),
      );
      sent.once("response", resolve);
      sent.on("error", (cause) => reject(engineGone(cause)));
      writeBody(sent, call);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #request(
    call: EngineCall,
    options: { agent: Agent | false; headers?: OutgoingHttpHeaders },
  ): ClientRequest {
    const query = Object.entries(call.query ?? {}).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const path = `/${call.path.map(encodeURIComponent).join("/")}`;
    const search = query.length === 0 ? "" : `?${new URLSearchParams(query).toString()}`;
    const version = this.#version === undefined ? "" : `/v${this.#version}`;
    return request({
      socketPath: this.#socketPath,
      agent: options.agent,
      method: call.method,
      path: `${version}${path}${search}`,
      headers: { host: "docker", ...options.headers },
    });
  }
}

function writeBody(sent: ClientRequest, call: EngineCall): void {
  if (call.body === undefined) {
    sent.end();
  } else if ("json" in call.body) {
    const bytes = Buffer.from(JSON.stringify(call.body.json));
    sent.setHeader("content-type", "application/json");
    sent.setHeader("content-length", bytes.length);
    sent.end(bytes);
  } else {
    sent.setHeader("content-type", "application/x-tar");
    // A source that ends early ends the request, or the engine would wait for the rest.
    pipeline(call.body.tar, sent, () => undefined);
  }
}

function engineGone(cause: Error): Denied {
  return new Denied(502, `the container engine does not answer: ${cause.message}`, "engine");
}
