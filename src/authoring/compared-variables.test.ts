import { expect, test } from "vitest";
import { comparedVariables } from "./compared-variables.ts";

const stores = {
  postgres: {
    url: { service: "backend", variable: "DATABASE_URL" },
    database: "db",
    adminUser: "postgres",
    adminPasswordCredential: "A",
    insert: "",
    read: "",
    scan: "",
    seed: "",
    tables: [],
  },
  redis: {
    url: { service: "backend", variable: "REDIS_URL" },
    passwordCredential: "R",
    keyPattern: "",
    listPattern: "",
  },
};
const inForce = {
  DATABASE_URL: "postgresql://app:pw@postgres:5432/db",
  REDIS_URL: "redis://:pw@redis:6379/0",
  KEY: "k1",
};
const differing = (restored: Record<string, string>): string[] =>
  comparedVariables({ stores }, inForce, restored);

test("the hosts of the stores may be others", () => {
  expect(
    differing({
      ...inForce,
      DATABASE_URL: "postgresql://app:pw@postgres-test:5432/db",
      REDIS_URL: "redis://:pw@redis-test:6379/0",
    }),
  ).toEqual([]);
});

test.each<[string, Record<string, string>, string[]]>([
  ["another value", { KEY: "k2" }, ["KEY"]],
  ["an empty value", { KEY: "" }, ["KEY"]],
  ["another password of a store", { REDIS_URL: "redis://:px@redis-test:6379/0" }, ["REDIS_URL"]],
  ["another user", { DATABASE_URL: "postgresql://ap:pw@postgres-test:5432/db" }, ["DATABASE_URL"]],
  ["another port", { DATABASE_URL: "postgresql://app:pw@postgres-test:5433/db" }, ["DATABASE_URL"]],
  ["another database", { DATABASE_URL: "postgresql://app:pw@postgres-test:5432/dc" }, ["DATABASE_URL"]],
  ["a variable that nobody set", { DEBUG: "1" }, ["DEBUG"]],
])("%s is found", (_, change, names) => {
  expect(differing({ ...inForce, ...change })).toEqual(names);
});

test("a variable that is missing is found", () => {
  const { DATABASE_URL, REDIS_URL } = inForce;
  expect(differing({ DATABASE_URL, REDIS_URL })).toEqual(["KEY"]);
});
