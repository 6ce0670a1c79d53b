import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { Denied, refused } from "./denied.ts";
import type { EngineClient } from "./engine-client.ts";
import { forward } from "./forward.ts";
import { closeWithDocument, hijack } from "./hijack.ts";
import { asDenied, identityHeaders, sendDocument } from "./http-answer.ts";
import { routeMatcher } from "./match-route.ts";
import type { OwnRun } from "./own-run.ts";
import { readJson, readUpgradeJson } from "./request-body.ts";
import { readRequestTarget } from "./request-target.ts";
import type { FenceReply, Route } from "./route.ts";
import type { EngineIdentity } from "./system-routes.ts";

/** A request that the fence did not let through. */
export interface Refusal {
  readonly method: string;
  /** As the client wrote it, without its query. */
  readonly path: string;
  readonly reason: string;
}

export interface ServerParts {
  readonly engine: EngineClient;
  readonly identity: EngineIdentity;
  readonly run: OwnRun;
  readonly routes: readonly Route[];
  readonly onRefusal: (refusal: Refusal) => void;
}

/** The HTTP side of the fence: finds the route of a request and carries out what it replies. */
export function createFenceServer(parts: ServerParts): Server {
  const { identity, run, engine } = parts;
  const match = routeMatcher(parts.routes);
  const headers = identityHeaders(identity);

  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const serve = async (): Promise<void> => {
      const { reply, at } = await decide(request, () => readJson(request));
      if (reply.kind === "document") sendDocument(response, reply.status, reply.document);
      else await forward(reply, response, at, run.reach);
    };
    serve().catch((error: unknown) => {
      const { status, message } = report(request, error);
      if (response.headersSent) response.destroy();
      else sendDocument(response, status, { message });
    });
  });

  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // From here on the socket is this code's own; an error that nobody hears would end the process.
    socket.on("error", () => socket.destroy());
    const serve = async (): Promise<void> => {
      const { reply, at } = await decide(request, () => readUpgradeJson(request, socket, head));
      if (reply.kind !== "hijack") throw refused("this request can't be upgraded to a stream", 400);
      await hijack(reply, socket, at, run.reach);
    };
    serve().catch((error: unknown) => {
      const { status, message } = report(request, error);
      closeWithDocument(socket, status, { message });
    });
  });

  // Clients keep idle connections, and archives take their time.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  return server;

  async function decide(
    request: IncomingMessage,
    json: () => Promise<unknown>,
  ): Promise<{ reply: FenceReply; at: EngineClient }> {
    const target = readRequestTarget(request.url ?? "", identity.apiVersion);
    const { route, parameters } = match(request.method ?? "", target.path);
    const at = engine.at(target.version ?? identity.apiVersion);
    const reply = await route.handle({
      parameters,
      query: target.query,
      json,
      body: request,
      engine: at,
      run,
    });
    return { reply, at };
  }

  function report(request: IncomingMessage, error: unknown): Denied {
    const denied = asDenied(error);
    if (denied.by === "fence") {
      const path = (request.url ?? "").replace(/\?.*$/s, "");
      parts.onRefusal({ method: request.method ?? "", path, reason: denied.message });
    }
    return denied;
  }
}
