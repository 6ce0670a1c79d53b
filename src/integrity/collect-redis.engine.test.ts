import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { withRedis } from "../probe/redis-session.ts";
import { collectRedisIntegrity } from "./collect-redis.ts";
import { compareIntegrity } from "./compare-integrity.ts";
import { startPlainServer, type PlainServer } from "./plain-server.fixture.ts";

let server: PlainServer;

beforeAll(async () => {
  const cmd = ["redis-server", "--requirepass", "pw", "--appendonly", "yes"];
  server = await startPlainServer("redis:8", 6379, { cmd }, (address) => ask(address, ["PING"]));
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

afterEach(async () => {
  await ask(
    server,
    ["FLUSHALL"],
    ["FUNCTION", "FLUSH"],
    ["CONFIG", "SET", "appendfsync", "everysec"],
    ["ACL", "DELUSER", "bob"],
  );
});

type Command = readonly [string, ...string[]];

function ask({ host, port }: { host: string; port: number }, ...commands: readonly Command[]): Promise<void> {
  return withRedis({ host, port, password: "pw" }, 10_000, async (redis) => {
    for (const [name, ...rest] of commands) await redis.call(name, ...rest);
  });
}

function collect() {
  const options = {
    node: "redis",
    baseData: { keyPattern: "quote:{run}:{id}", run: "base", constantGlob: "constant:*" },
    everyKey: true,
  };
  return withRedis({ host: server.host, port: server.port, password: "pw" }, 10_000, (redis) =>
    collectRedisIntegrity(redis, options),
  );
}

const data: readonly Command[] = [
  ["SET", "quote:base:-1", "one"],
  ["HSET", "constant:hash", "f", "1"],
  ["SET", "constant:session", "x", "PXAT", "4102444800000"],
  ["SET", "session", "x", "PXAT", "4102444800000"],
  ["RPUSH", "list", "a", "b", "c"],
  ["HSET", "hash", "f", "1", "g", "2"],
  ["SADD", "set", "m", "n"],
  ["ZADD", "zset", "1", "p", "2", "q"],
  ["XADD", "stream", "1-1", "f", "v"],
];

test("every check runs, and the same data gives the same digest whatever order it came in", async () => {
  await ask(server, ...data);
  const before = await collect();
  await ask(server, ["FLUSHALL"], ...data.toReversed());
  expect(Object.values(before.checks).every(({ ran }) => ran)).toBe(true);
  expect(compareIntegrity(before, await collect())).toEqual([]);
});

test("the probe's own key is no part of the data", async () => {
  await ask(server, ...data);
  const before = await collect();
  await ask(server, ["SET", "drill:probe", "1", "PX", "60000"]);
  expect(compareIntegrity(before, await collect())).toEqual([]);
});

describe("a planted defect is caught", () => {
  test.each<[string, Command, string]>([
    ["a key lost", ["DEL", "hash"], "keys"],
    ["a value changed", ["SET", "quote:base:-1", "two"], "base-data"],
    ["a base key lost", ["DEL", "quote:base:-1"], "base-data"],
    ["constant data changed", ["HSET", "constant:hash", "f", "2"], "base-data"],
    ["constant data that expires no more", ["PERSIST", "constant:session"], "base-data"],
    [
      "a list in another order",
      ["EVAL", "redis.call('DEL','list'); redis.call('RPUSH','list','b','a','c')", "0"],
      "keys",
    ],
    ["two fields' values exchanged", ["HSET", "hash", "f", "2", "g", "1"], "keys"],
    ["another score", ["ZADD", "zset", "7", "p"], "keys"],
    ["another entry of a stream", ["XADD", "stream", "2-1", "f", "v"], "keys"],
    ["an expiry that is gone", ["PERSIST", "session"], "keys"],
    ["an expiry moved", ["PEXPIREAT", "session", "4102444800001"], "keys"],
    [
      "a value of another type",
      ["EVAL", "redis.call('DEL','set'); redis.call('RPUSH','set','m','n')", "0"],
      "keys",
    ],
    ["writes that are no longer flushed", ["CONFIG", "SET", "appendfsync", "no"], "settings"],
    ["a new user", ["ACL", "SETUSER", "bob", "on", "nopass", "allkeys", "+@all"], "users"],
    [
      "a function library",
      ["FUNCTION", "LOAD", "#!lua name=l\nredis.register_function('f', function() return 1 end)"],
      "functions",
    ],
  ])("%s", async (_, defect, check) => {
    await ask(server, ...data);
    const before = await collect();
    await ask(server, defect);
    expect(compareIntegrity(before, await collect()).map((difference) => difference.check)).toContain(check);
  });
});

test("a check that the server refuses is reported as not run", async () => {
  await ask(server, ...data, ["ACL", "SETUSER", "bob", "on", ">pw", "allkeys", "+@all", "-config"]);
  const { host, port } = server;
  const seen = await withRedis({ host, port, username: "bob", password: "pw" }, 10_000, (redis) =>
    collectRedisIntegrity(redis, { node: "redis" }),
  );
  expect(seen.checks["settings"]).toMatchObject({
    ran: false,
    reason: expect.stringContaining("NOPERM") as string,
  });
  expect(seen.checks["functions"]).toMatchObject({ ran: true });
});
