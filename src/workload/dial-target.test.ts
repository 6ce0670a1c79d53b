import { expect, test } from "vitest";
import type { ClientConnection } from "./client-connection.ts";
import { DialError } from "./client-connection.ts";
import { dialTarget } from "./dial-target.ts";
import { TargetError } from "./running-application.ts";
import type { Target } from "./running-application.ts";

const target = (containerId: string, port = 1): Target => ({
  containerId,
  endpoint: { host: "127.0.0.1", port },
});

function connectionTo({ containerId, endpoint }: Target) {
  return {
    containerId,
    port: endpoint.port,
    closed: false,
    send: () => undefined,
    destroy() {
      this.closed = true;
    },
  };
}

function setUp(find: () => Promise<Target>) {
  const opened: ReturnType<typeof connectionTo>[] = [];
  const dial = dialTarget(find, (to: Target): Promise<ClientConnection> => {
    const connection = connectionTo(to);
    opened.push(connection);
    return Promise.resolve(connection);
  });
  return { opened, dial: () => dial(1000, () => undefined) };
}

test("the engine is asked on every dial, and where nothing changed one connection is opened each time", async () => {
  let asked = 0;
  const { opened, dial } = setUp(() => Promise.resolve(target(`app${(asked += 1) * 0}`)));
  await dial();
  await dial();
  expect(asked).toBe(2);
  expect(opened).toHaveLength(2);
  expect(opened.every(({ closed }) => !closed)).toBe(true);
});

test.each([
  ["another container", target("new")],
  ["another port", target("old", 2)],
])("%s since the last dial is dialled, and the guess is destroyed unused", async (_name, next) => {
  const targets = [target("old"), next];
  const { opened, dial } = setUp(() => Promise.resolve(targets.shift() ?? next));
  await dial();
  const connection = await dial();
  expect(opened.map(({ containerId, port, closed }) => [containerId, port, closed])).toEqual([
    ["old", 1, false],
    ["old", 1, true],
    [next.containerId, next.endpoint.port, false],
  ]);
  expect(connection).toBe(opened[2]);
});

test("an application that does not run any more is no place to connect to, though the old place answers", async () => {
  const answers = [
    Promise.resolve(target("old")),
    Promise.reject(new TargetError("application-not-running")),
  ];
  answers[1]?.catch(() => undefined);
  const { opened, dial } = setUp(() => answers.shift() ?? Promise.reject(new TargetError("ENOTFOUND")));
  await dial();
  await expect(dial()).rejects.toMatchObject({ code: "application-not-running" });
  expect(opened[1]?.closed).toBe(true);
});

test("a connection that fails is a failed dial", async () => {
  const dial = dialTarget(
    () => Promise.resolve(target("app")),
    () => Promise.reject(new DialError("ECONNREFUSED")),
  );
  await expect(dial(1000, () => undefined)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await expect(dial(1000, () => undefined)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});
