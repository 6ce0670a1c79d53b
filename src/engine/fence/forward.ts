import type { ServerResponse } from "node:http";
import type { EngineClient } from "./engine-client.ts";
import { engineHeaders } from "./http-answer.ts";
import type { Reach } from "./reach.ts";
import type { FenceReply } from "./route.ts";

/**
 * Streams the engine's answer to the client. A hijack without an upgrade comes here, too: the client gets the output and nothing
 * that it sends afterwards gets to the engine.
 */
export async function forward(
  reply: Exclude<FenceReply, { kind: "document" }>,
  response: ServerResponse,
  engine: EngineClient,
  reach: Reach,
): Promise<void> {
  const answer = await engine.send(reply.call);
  const end = (): void => {
    answer.destroy();
    response.destroy();
  };
  const release = reach.hold(reply.service, end);
  response.once("close", () => {
    release();
    if (!answer.complete) answer.destroy();
  });
  answer.on("error", end);
  response.on("error", end);
  if (response.destroyed) end();

  const through = reply.kind === "forward" ? reply.through?.() : undefined;
  response.writeHead(answer.statusCode ?? 502, engineHeaders(answer));
  // `wait`, `logs -f` and `events` say nothing for a while, and their clients wait for the head. Where the length is known the
  // body is there already, and both go out at once.
  if (answer.headers["content-length"] === undefined) response.flushHeaders();
  if (through === undefined) answer.pipe(response);
  else answer.pipe(through).pipe(response);
}
