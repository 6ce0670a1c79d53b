import { expect, test } from "vitest";
import { checkSystem } from "./check-system.ts";
import type { NodeDefinition, SystemDefinition } from "./system-definition.ts";

function system(replica: Partial<NodeDefinition>, parts: Partial<SystemDefinition> = {}): SystemDefinition {
  const nodes = [
    { service: "db", engine: "postgres", role: "primary" },
    { service: "cache", engine: "redis", role: "primary" },
    { service: "db-replica", engine: "postgres", role: "replica", follows: "db", ...replica },
  ];
  const application = { services: ["backend"], http: { service: "backend" } };
  return { nodes, application, stores: { postgres: {}, redis: {} }, ...parts } as unknown as SystemDefinition;
}

test("a system with a primary for each replica, and a definition of each store, is right", () => {
  expect(() => checkSystem(system({}))).not.toThrow();
});

test.each(["nobody", "cache", "db-replica", undefined])("a replica that follows %s is refused", (follows) => {
  expect(() => checkSystem(system({ follows } as Partial<NodeDefinition>))).toThrow(
    "Expected the system to have the replica db-replica",
  );
});

test("nodes of a store that is not defined are refused", () => {
  expect(() => checkSystem(system({}, { stores: {} }))).toThrow("the postgres store to be defined");
});

test("an application whose HTTP service is none of its services is refused", () => {
  const application = {
    services: ["worker"],
    http: { service: "backend" },
  } as unknown as SystemDefinition["application"];
  expect(() => checkSystem(system({}, { application }))).toThrow("found worker;");
});
