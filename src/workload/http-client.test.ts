import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { reconcile } from "../measurement/reconcile.ts";
import type { HttpRequestDefinition } from "../topology/system-definition.ts";
import type { ClientAnswer, ClientConnection } from "./client-connection.ts";
import { connectHttp, parseAnsweredBy } from "./http-client.ts";
import type { LedgerEntry, Survivor } from "./ledger-entry.ts";

const write = {
  name: "place",
  store: "postgres",
  operation: "write",
  method: "POST",
  path: "/writes",
} as const;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener): Promise<number> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function dial(
  port: number,
  onClosed: () => void = () => undefined,
  definition: HttpRequestDefinition = write,
): Promise<ClientConnection> {
  const target = { containerId: "app", endpoint: { host: "127.0.0.1", port } };
  return connectHttp("run", definition)(target, 500, onClosed);
}

const at = { dueAt: 1, sentAt: 1, answeredAt: 2 };

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

function send(connection: ClientConnection, id = 1): Promise<ClientAnswer> {
  return new Promise((resolve) => connection.send({ id, writer: 2, payload: "text" }, resolve));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk as string;
  return body;
}

describe("an HTTP client", () => {
  test("sends run, id, writer and payload, and reads who answered", async () => {
    const bodies: string[] = [];
    const port = await serve((request: IncomingMessage, response: ServerResponse) => {
      void bodyOf(request).then((body) => {
        bodies.push(body);
        response
          .writeHead(201, { "x-answered-by": "node=one; timeline=3; xid=12345678901234567890" })
          .end("{}");
      });
    });
    const connection = await dial(port);
    expect(await send(connection)).toEqual({
      outcome: "acknowledged",
      answeredBy: { node: "one", timeline: 3, xid: "12345678901234567890" },
    });
    expect(bodies.map((body) => JSON.parse(body) as unknown)).toEqual([
      { run: "run", id: 1, writer: 2, payload: "text" },
    ]);
    connection.destroy();
  });

  test("keeps its connection for the next request", async () => {
    const ports = new Set<number | undefined>();
    const port = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      request.resume();
      response.end();
    });
    const connection = await dial(port);
    for (let id = 1; id <= 5; id += 1) expect((await send(connection, id)).outcome).toBe("acknowledged");
    expect(ports.size).toBe(1);
    connection.destroy();
  });

  test("a connection that the server ends after its answer is not used again", async () => {
    const port = await serve((request, response) => {
      request.resume();
      response.writeHead(200, { connection: "close" }).end();
    });
    const connection = await dial(port);
    expect((await send(connection)).outcome).toBe("acknowledged");
    expect(connection.closed).toBe(true);
  });

  test("a connection that breaks before the answer leaves the request indeterminate", async () => {
    const port = await serve((request) => request.socket.destroy());
    const closed = Promise.withResolvers<undefined>();
    const connection = await dial(port, () => closed.resolve(undefined));
    expect((await send(connection)).outcome).toBe("indeterminate");
    await closed.promise;
    expect(connection.closed).toBe(true);
  });

  test("an answer that is cut short is indeterminate, whatever its status said", async () => {
    const port = await serve((request, response) => {
      request.resume();
      response.writeHead(200, { "content-length": "100" });
      response.write("half");
      setImmediate(() => request.socket.destroy());
    });
    const connection = await dial(port);
    expect((await send(connection)).outcome).toBe("indeterminate");
  });

  test("an error of a write is what its application says of it, an error of a read what its status says", async () => {
    const answers: [number, object | string][] = [
      [503, { applied: false }],
      [409, { applied: false }],
      [500, { applied: null }],
      [503, { applied: true }],
      [404, { applied: true }],
      [503, "upstream unavailable"],
      [503, { applied: false, padding: "x".repeat(70_000) }],
      [201, { applied: false }],
    ];
    let next = 0;
    const port = await serve((request, response) => {
      request.resume();
      const [status, body] = answers[next++ % answers.length] ?? [500, ""];
      response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
    });
    const connection = await dial(port);
    const outcomes: string[] = [];
    for (let id = 1; id <= answers.length; id += 1) outcomes.push((await send(connection, id)).outcome);
    expect(outcomes).toEqual([
      "rejected",
      "rejected",
      "indeterminate",
      "indeterminate",
      "indeterminate",
      "indeterminate",
      "indeterminate",
      "acknowledged",
    ]);
    connection.destroy();
    const reading = await dial(port, undefined, { ...write, operation: "read", method: "GET" });
    expect(await send(reading)).toEqual({ outcome: "indeterminate", errorCode: "503" });
    reading.destroy();
  });

  test("an application that applies what it says it did not is found out: its writes are phantoms", async () => {
    const applied: Survivor[] = [];
    const port = await serve((request, response) => {
      void bodyOf(request).then((body) => {
        const { id, payload } = JSON.parse(body) as { id: number; payload: string };
        if (id !== 2) applied.push({ id, payloadHash: md5(payload) });
        response.writeHead(503).end(JSON.stringify({ applied: false }));
      });
    });
    const connection = await dial(port);
    const entries: LedgerEntry[] = [];
    for (const id of [1, 2, 3]) {
      const { outcome } = await send(connection, id);
      entries.push({ ...at, id, outcome, stream: "place", writer: 2, payloadHash: md5("text") });
    }
    connection.destroy();
    const streams = [{ ...write, via: "application", ratePerSecond: 1 }] as const;
    const { phantoms, rejected } = await reconcile({
      store: "postgres",
      streams,
      entries: [entries],
      survivors: [applied],
    });
    expect({ phantoms: phantoms.map(({ id }) => id), rejected }).toEqual({ phantoms: [1, 3], rejected: 3 });
  });

  test("a refused connection fails before anything is sent", async () => {
    const port = await serve(() => undefined);
    server?.close();
    await expect(dial(port)).rejects.toMatchObject({ name: "DialError", code: "ECONNREFUSED" });
  });
});

test.each([
  ["node=one", { answeredBy: { node: "one" } }],
  ["node=one; timeline=x; xid=", { answeredBy: { node: "one" } }],
  ["timeline=1", {}],
  ["", {}],
  [undefined, {}],
])("x-answered-by %j is read as %j", (header, expected) => expect(parseAnsweredBy(header)).toEqual(expected));
