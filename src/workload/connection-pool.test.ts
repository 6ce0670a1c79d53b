import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { DialError } from "./client-connection.ts";
import type { ClientAnswer, ClientConnection, ClientRequest, Dial } from "./client-connection.ts";
import { ConnectionPool } from "./connection-pool.ts";

interface Finished {
  readonly id: number;
  readonly writer: number;
  readonly sentAt: number;
  readonly answer: ClientAnswer;
}

/** A connection whose answers the test gives, or that answers at once. */
class ScriptedConnection implements ClientConnection {
  readonly containerId: string;
  closed = false;
  readonly sent: number[] = [];
  answer: ((answer: ClientAnswer) => void) | undefined;
  readonly #onClosed: () => void;
  readonly #answersAtOnce: boolean;

  constructor(containerId: string, answersAtOnce: boolean, onClosed: () => void) {
    this.containerId = containerId;
    this.#answersAtOnce = answersAtOnce;
    this.#onClosed = onClosed;
  }

  send(request: ClientRequest, done: (answer: ClientAnswer) => void): void {
    if (this.closed) throw new Error("sent on a closed connection");
    this.sent.push(request.id);
    this.answer = done;
    if (this.#answersAtOnce) setImmediate(() => done({ outcome: "acknowledged" }));
  }

  destroy(): void {
    if (this.closed) return;
    this.closed = true;
    setImmediate(() => {
      this.answer?.({ outcome: "indeterminate", errorCode: "connection-closed" });
      this.#onClosed();
    });
  }
}

function setUp(
  behaviour: {
    dial?: () => Promise<void>;
    answersAtOnce?: boolean;
    size?: number;
    containerId?: string;
  } = {},
) {
  const connections: ScriptedConnection[] = [];
  const finished: Finished[] = [];
  let dialling = 0;
  let mostDialling = 0;
  const dial: Dial = async (_deadlineMs, onClosed) => {
    dialling += 1;
    mostDialling = Math.max(mostDialling, dialling);
    try {
      await behaviour.dial?.();
    } finally {
      dialling -= 1;
    }
    const connection = new ScriptedConnection(
      behaviour.containerId ?? "app",
      behaviour.answersAtOnce ?? true,
      onClosed,
    );
    connections.push(connection);
    return connection;
  };
  const pool = new ConnectionPool({
    size: behaviour.size ?? 3,
    firstWriter: 11,
    dial,
    now: () => performance.now(),
    connectMs: 100,
    answerMs: 60,
  });
  let lastId = 0;
  const submit = (): number => {
    const id = (lastId += 1);
    pool.submit({
      id,
      payload: "",
      done: (writer, sentAt, answer) => finished.push({ id, writer, sentAt, answer }),
    });
    return id;
  };
  const finish = async (count: number): Promise<void> => {
    const endsAt = performance.now() + 2000;
    while (finished.length < count && performance.now() < endsAt) await pause(2);
    expect(finished).toHaveLength(count);
  };
  return { pool, connections, finished, submit, finish, mostDialling: () => mostDialling };
}

const refused = (): Promise<void> => Promise.reject(new DialError("ECONNREFUSED"));

describe("a connection pool", () => {
  test("warmed up it has one connection per writer, opened one after the other", async () => {
    const { pool, connections, mostDialling } = setUp({ dial: () => pause(3) });
    await pool.warmUp();
    expect(connections).toHaveLength(3);
    expect(mostDialling()).toBe(1);
    pool.close();
  });

  test("uses its connections in turn, so that trouble on any of them shows", async () => {
    const { pool, submit, finish, finished } = setUp();
    await pool.warmUp();
    for (let count = 1; count <= 6; count += 1) {
      submit();
      await finish(count);
    }
    expect(finished.map(({ writer }) => writer)).toEqual([11, 12, 13, 11, 12, 13]);
    pool.close();
  });

  test("a refused connection fails the one request that opened it, as not-sent", async () => {
    const { pool, submit, finish, finished } = setUp({ dial: refused });
    submit();
    submit();
    await finish(2);
    expect(finished.map(({ answer }) => answer)).toEqual([
      { outcome: "not-sent", errorCode: "ECONNREFUSED" },
      { outcome: "not-sent", errorCode: "ECONNREFUSED" },
    ]);
    pool.close();
  });

  test("one connection is opened at a time while that is quick", async () => {
    const { pool, submit, finish, mostDialling } = setUp({ dial: () => pause(5) });
    for (let count = 0; count < 8; count += 1) submit();
    await finish(8);
    expect(mostDialling()).toBe(1);
    pool.close();
  });

  test("an attempt to connect that hangs does not hold back the others", async () => {
    const { pool, submit, finish, finished, mostDialling } = setUp({
      dial: () => pause(80),
      answersAtOnce: true,
    });
    submit();
    submit();
    await finish(2);
    expect(mostDialling()).toBe(2);
    expect(finished.every(({ answer }) => answer.outcome === "acknowledged")).toBe(true);
    pool.close();
  });

  test("a request that gets no connection within the deadline is not-sent, and nothing piles up", async () => {
    const { pool, submit, finish, finished } = setUp({ dial: () => new Promise(() => undefined), size: 1 });
    for (let count = 0; count < 500; count += 1) submit();
    await finish(499);
    expect(pool.waiting).toBe(0);
    expect(new Set(finished.map(({ answer }) => answer.errorCode))).toEqual(new Set(["no-connection"]));
    expect(new Set(finished.map(({ writer }) => writer))).toEqual(new Set([0]));
    pool.close();
  });

  test("a request without an answer is indeterminate at its deadline, and its connection is destroyed", async () => {
    const { pool, submit, finish, finished, connections } = setUp({ answersAtOnce: false, size: 1 });
    submit();
    await finish(1);
    expect(finished[0]?.answer).toEqual({ outcome: "indeterminate", errorCode: "deadline" });
    expect(connections[0]?.closed).toBe(true);
    submit();
    await finish(2);
    expect(connections.map(({ sent }) => sent)).toEqual([[1], [2]]);
    pool.close();
  });

  test("an answer that comes after the deadline counts as failed, even if the timer is late", async () => {
    const { pool, submit, finish, finished, connections } = setUp({ answersAtOnce: false, size: 1 });
    await pool.warmUp();
    submit();
    const blockedUntil = performance.now() + 70;
    while (performance.now() < blockedUntil);
    connections[0]?.answer?.({ outcome: "acknowledged" });
    await finish(1);
    expect(finished[0]?.answer).toEqual({ outcome: "indeterminate", errorCode: "deadline" });
    pool.close();
  });

  test("dropping the connections of a container ends those, and no others", async () => {
    const { pool, connections } = setUp();
    await pool.warmUp();
    pool.dropConnections("another");
    expect(connections.map(({ closed }) => closed)).toEqual([false, false, false]);
    pool.dropConnections("app");
    expect(connections.map(({ closed }) => closed)).toEqual([true, true, true]);
    pool.close();
  });

  test("a connection that was being opened when its container ended is not used", async () => {
    const opening = Promise.withResolvers<undefined>();
    const { pool, submit, finish, finished, connections } = setUp({
      dial: () => opening.promise.then(() => undefined),
    });
    submit();
    pool.dropConnections("app");
    opening.resolve(undefined);
    await finish(1);
    expect(finished[0]?.answer).toEqual({ outcome: "not-sent", errorCode: "connection-closed" });
    expect(connections[0]?.closed).toBe(true);
    expect(connections[0]?.sent).toEqual([]);
    pool.close();
  });

  test("no id is ever sent twice, however connections flap", async () => {
    let up = true;
    const { pool, submit, finish, finished, connections } = setUp({
      dial: () => (up ? pause(1) : refused()),
    });
    await pool.warmUp();
    for (let round = 0; round < 40; round += 1) {
      submit();
      submit();
      if (round % 3 === 0) {
        up = !up;
        pool.dropConnections(undefined);
      }
      await pause(2);
    }
    await finish(80);
    const sent = connections.flatMap((connection) => connection.sent);
    expect(new Set(sent).size).toBe(sent.length);
    expect(new Set(finished.map(({ id }) => id)).size).toBe(80);
    pool.close();
  });
});
