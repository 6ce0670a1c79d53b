import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { Denied, refused } from "./denied.ts";

/** Bodies that are decoded are small: Compose's largest is 3 kB. */
const longestBody = 1024 * 1024;

/** Collects the body of an ordinary request and decodes it; undefined when there is none. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Left open when it is too long: what is unread is thrown away behind the answer, so that the client gets to read that.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBody) throw refused("the body is longer than 1 MiB", 413);
    chunks.push(chunk);
  }
  return parseJson(Buffer.concat(chunks));
}

/**
 * The body of a request that asks for an upgrade: Node's parser stops after the head, so that it stands at the beginning of what
 * the socket brings. What comes after it is put back: it belongs to the raw stream.
 */
export async function readUpgradeJson(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<unknown> {
  if (request.headers["transfer-encoding"] !== undefined)
    throw refused("an upgrade with a chunked body", 400);
  const length = Number(request.headers["content-length"] ?? 0);
  if (length > longestBody) throw refused("the body is longer than 1 MiB", 413);
  let received = head;
  while (received.length < length) {
    received = Buffer.concat([received, await nextChunk(socket)]);
  }
  const rest = received.subarray(length);
  if (rest.length > 0) socket.unshift(rest);
  return parseJson(received.subarray(0, length));
}

function nextChunk(socket: Duplex): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      socket.pause();
      socket.off("data", onData).off("end", onEnd).off("close", onEnd).off("error", onEnd);
    };
    const onData = (chunk: Buffer): void => {
      stop();
      resolve(chunk);
    };
    const onEnd = (): void => {
      stop();
      reject(new Denied(400, "the request ended before its body", "failure"));
    };
    socket.on("data", onData).on("end", onEnd).on("close", onEnd).on("error", onEnd);
  });
}

function parseJson(bytes: Buffer): unknown {
  const written = bytes.toString("utf8");
  if (written.trim() === "") return undefined;
  try {
    return JSON.parse(written) as unknown;
  } catch {
    throw refused("the body is not JSON", 400);
  }
}
