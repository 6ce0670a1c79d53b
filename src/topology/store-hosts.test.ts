import { expect, test } from "vitest";
import { storeHosts } from "./store-hosts.ts";
import type { SystemDefinition } from "./system-definition.ts";

const system = {
  stores: {
    postgres: { url: { service: "backend", variable: "DATABASE_URL" } },
    redis: { url: { service: "backend", variable: "REDIS_URL" } },
  },
} as SystemDefinition;

test("the host of each store's URL is told, without its credentials", () => {
  const environment = {
    DATABASE_URL: "postgresql://u:secret@replica:5432/db",
    REDIS_URL: "redis://:secret@redis-replica:6379/0",
  };
  expect(storeHosts(system, environment)).toEqual({ postgres: "replica", redis: "redis-replica" });
});

test("a URL that is missing, empty or no URL has no host", () => {
  expect(storeHosts(system, { REDIS_URL: "not a url" })).toEqual({});
  expect(storeHosts(system, { DATABASE_URL: "", REDIS_URL: "/path" })).toEqual({});
});

test("a store that the system does not have has no host", () => {
  expect(storeHosts({ stores: {} }, { DATABASE_URL: "postgresql://postgres:5432/db" })).toEqual({});
});
