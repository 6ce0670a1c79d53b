import { expect, test } from "vitest";
import { compareIntegrity } from "./compare-integrity.ts";
import type { CheckResult, IntegritySnapshot } from "./integrity-snapshot.ts";

function snapshot(checks: Readonly<Record<string, CheckResult>>): IntegritySnapshot {
  return { store: "postgres", node: "postgres", checks };
}

function found(objects: Readonly<Record<string, string>>): IntegritySnapshot {
  return snapshot({ indexes: { ran: true, objects } });
}

test("equal states differ in nothing", () => {
  expect(compareIntegrity(found({ a: "valid" }), found({ a: "valid" }))).toEqual([]);
});

test("what changed is named with what it was and is", () => {
  expect(compareIntegrity(found({ a: "valid" }), found({ a: "invalid" }))).toEqual([
    {
      check: "indexes",
      object: "a",
      message: "indexes: a should be valid, and is invalid",
      before: "valid",
      after: "invalid",
    },
  ]);
});

test("what is gone and what is new are both differences", () => {
  const differences = compareIntegrity(found({ a: "valid" }), found({ b: "valid" }));
  expect(differences.map(({ object, before, after }) => [object, before, after])).toEqual([
    ["a", "valid", undefined],
    ["b", undefined, "valid"],
  ]);
});

test("an object without any text is an object", () => {
  expect(compareIntegrity(found({ a: "" }), found({}))).toHaveLength(1);
});

test.each([
  ["before", snapshot({ indexes: { ran: false, reason: "permission denied" } }), found({ a: "valid" })],
  ["after", found({ a: "valid" }), snapshot({ indexes: { ran: false, reason: "permission denied" } })],
])("a check that could not run %s is a difference", (when, before, after) => {
  expect(compareIntegrity(before, after)).toEqual([
    {
      check: "indexes",
      object: "indexes",
      message: `indexes could not be checked ${when}: permission denied`,
    },
  ]);
});

test("a check that one side was not asked for is a difference", () => {
  expect(compareIntegrity(found({}), snapshot({}))).toMatchObject([{ check: "indexes" }]);
});
