import { expect, test } from "vitest";
import { parseStoreUrl, postgresAddressOf, redisAddressOf } from "./store-url.ts";

test("a driver's name in the scheme makes no difference", () => {
  expect(
    parseStoreUrl("postgres", "postgresql+asyncpg://abtuser:p%40w@postgres:5433/abtpro_db?ssl=off"),
  ).toEqual({
    host: "postgres",
    port: 5433,
    user: "abtuser",
    password: "p@w",
    database: "abtpro_db",
  });
});

test("a URL without a port points at the store's own", () => {
  expect(parseStoreUrl("redis", "redis://redis-replica/0")?.port).toBe(6379);
  expect(parseStoreUrl("postgres", "postgresql://u:p@replica/db")?.port).toBe(5432);
});

test.each(["", "postgres", "postgresql:///db", "host=postgres dbname=x"])(
  "%j is no URL with a host",
  (text) => {
    expect(parseStoreUrl("postgres", text)).toBeUndefined();
  },
);

test("a session is opened as the application would open it", () => {
  const endpoint = { host: "127.0.0.1", port: 32_768 };
  const postgres = parseStoreUrl("postgres", "postgresql://abtuser:pw@postgres:5432");
  expect(postgres && postgresAddressOf(postgres, endpoint)).toMatchObject({
    port: 32_768,
    database: "abtuser",
  });
  const redis = parseStoreUrl("redis", "redis://:pw@redis:6379/3");
  expect(redis && redisAddressOf(redis, endpoint)).toEqual({ ...endpoint, password: "pw", database: 3 });
  const open = parseStoreUrl("redis", "redis://redis:6379");
  expect(open && redisAddressOf(open, endpoint)).toEqual({ ...endpoint, database: 0 });
});
