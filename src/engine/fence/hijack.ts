import { IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { EngineClient } from "./engine-client.ts";
import { encodeDocument } from "./http-answer.ts";
import type { Reach } from "./reach.ts";
import type { FenceReply } from "./route.ts";

/**
 * Connects client and engine with a raw stream in both directions, once the engine agreed to one by answering 101. Any other
 * answer is sent on as an ordinary one and the connection ends: were it left open as a stream, a second request could ride on it
 * past the fence.
 */
export async function hijack(
  reply: FenceReply & { kind: "hijack" },
  client: Duplex,
  engine: EngineClient,
  reach: Reach,
): Promise<void> {
  const answer = await engine.upgrade(reply.call);
  if (answer instanceof IncomingMessage) {
    await sendPlainAnswer(answer, client);
    return;
  }
  if (client.destroyed) {
    answer.socket.destroy();
    return;
  }
  client.write(
    `HTTP/1.1 101 UPGRADED\r\nContent-Type: ${answer.contentType}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`,
  );
  client.write(answer.head);
  connect(client, answer.socket, reply.service, reach);
}

/** Each direction ends on its own: the end of the input closes the standard input of the command, whose output goes on. */
function connect(client: Duplex, engineSide: Duplex, service: string, reach: Reach): void {
  const end = (): void => {
    client.destroy();
    engineSide.destroy();
  };
  const release = reach.hold(service, end);
  client.once("close", end).on("error", end);
  engineSide.once("close", release).on("error", end);
  client.pipe(engineSide);
  engineSide.pipe(client);
}

async function sendPlainAnswer(answer: IncomingMessage, client: Duplex): Promise<void> {
  const type = answer.headers["content-type"] ?? "application/json";
  sendAndClose(client, answer.statusCode ?? 502, await buffer(answer), type);
}

/** Answers on a connection that asked for an upgrade and does not get one. */
export function closeWithDocument(client: Duplex, status: number, document: unknown): void {
  const { bytes, type } = encodeDocument(document);
  sendAndClose(client, status, bytes, type);
}

function sendAndClose(client: Duplex, status: number, body: Buffer, type: string): void {
  // What the client still sends is thrown away, so that its end is noticed and the connection goes.
  client.resume();
  client.end(
    Buffer.concat([
      Buffer.from(
        `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`,
      ),
      body,
    ]),
  );
}
