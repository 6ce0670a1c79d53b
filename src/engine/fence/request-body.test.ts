import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { readJson, readUpgradeJson } from "./request-body.ts";

/** A server that answers with what it read of the body, and for an upgrade with what it left for the stream, too. */
async function readBack(pieces: readonly string[]): Promise<string> {
  const server = createServer((request, response) => {
    readJson(request).then(
      (body) => response.end(`read ${JSON.stringify(body)}`),
      (error: unknown) => response.end(String(error)),
    );
  });
  server.on("upgrade", (request, socket, head) => {
    readUpgradeJson(request, socket, head).then(
      async (body) => socket.end(`read ${JSON.stringify(body)} left ${await text(socket)}`),
      (error: unknown) => socket.resume().end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.setNoDelay(true);
  const upgrade = pieces[0]?.includes("Upgrade") === true;
  for (const piece of pieces) {
    socket.write(piece);
    // So that pieces mostly arrive one by one.
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (upgrade) socket.end();
  else socket.once("data", () => socket.end());
  const received = await text(socket);
  server.close();
  return received;
}

const head = (more: string) => `POST / HTTP/1.1\r\nHost: x\r\n${more}\r\n`;

test("a body with a length is read", async () => {
  expect(await readBack([head("Content-Length: 7\r\n"), '{"a"', ":1}"])).toContain('read {"a":1}');
});

test("a body in chunks is the same body, wherever it is cut", async () => {
  const chunked = head("Transfer-Encoding: chunked\r\n");
  expect(await readBack([chunked, '3\r\n{"a\r\n', '4\r\n":1}', "\r\n0\r\n\r\n"])).toContain('read {"a":1}');
});

test("no body is undefined; what is no JSON, and more than 1 MiB, is refused", async () => {
  expect(await readBack([head("")])).toContain("read undefined");
  expect(await readBack([head("Content-Length: 1\r\n"), "{"])).toContain("is not JSON");
  const long = 1024 * 1024 + 1;
  expect(await readBack([head(`Content-Length: ${long}\r\n`), " ".repeat(long)])).toContain(
    "longer than 1 MiB",
  );
});

test("the body of an upgrade ends at its length, and what follows belongs to the stream", async () => {
  const upgrade = "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 7\r\n";
  const cuts = [
    [head(upgrade) + '{"a":1}after'],
    [head(upgrade), '{"a":1}', "after"],
    [head(upgrade), '{"a"', ":1}aft", "er"],
  ];
  for (const pieces of cuts) expect(await readBack(pieces)).toBe('read {"a":1} left after');
});

test("an upgrade with a body that is cut off, or in chunks, is refused", async () => {
  const upgrade = "Connection: Upgrade\r\nUpgrade: tcp\r\n";
  expect(await readBack([head(`${upgrade}Content-Length: 7\r\n`), '{"a"'])).toContain(
    "ended before its body",
  );
  expect(await readBack([head(`${upgrade}Transfer-Encoding: chunked\r\n`), "0\r\n\r\n"])).toContain(
    "chunked body",
  );
});
