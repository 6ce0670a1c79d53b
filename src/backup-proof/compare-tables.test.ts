import { expect, test } from "vitest";
import { compareTables, tableFindings } from "./compare-tables.ts";
import { canFail, type Expectation } from "./expectation.ts";

function expectation(tables: Expectation["tables"], complete = true): Expectation {
  return {
    origin: "manifest",
    label: "the manifest m",
    complete,
    tables,
    unread: new Map(),
    sequences: new Map(),
    roles: [],
  };
}

const table = (rows: string, digest: string) => ({ rows, digest });
const found = new Map([
  ["a", table("1", "10")],
  ["b", table("2", "20")],
]);
const nothingUnread = new Map<string, string>();

function results(expected: Expectation | undefined, tables = found, unread = nothingUnread) {
  return Object.fromEntries(
    compareTables(expected, { tables, unread }).map(({ name, result }) => [name, result]),
  );
}

test("tables are the same when rows and digest are", () => {
  expect(results(expectation(found))).toEqual({ a: "same", b: "same" });
});

test("the same rows with another digest differ, and so does another number of rows", () => {
  const other = new Map([
    ["a", table("1", "11")],
    ["b", table("3", "20")],
  ]);
  expect(results(expectation(other))).toEqual({ a: "differs", b: "differs" });
  const [content, number] = tableFindings(
    compareTables(expectation(other), { tables: found, unread: nothingUnread }),
    "m",
  );
  expect(content?.message).toContain("what is in them is not what m says");
  expect(number?.message).toContain("should have 3 rows according to m, and came back with 2");
});

test("a table of which only the number of rows is known has not been compared in more", () => {
  expect(results(expectation(new Map([["a", { rows: "1" }]]), false))).toEqual({
    a: "same-rows",
    b: "not-compared",
  });
});

test("a table that is not expected is a finding only where all that are expected are named", () => {
  const only = new Map([["a", table("1", "10")]]);
  expect(results(expectation(only))).toEqual({ a: "same", b: "unexpected" });
  expect(results(expectation(only, false))).toEqual({ a: "same", b: "not-compared" });
});

test("a table that is expected and absent is missing, also an empty one", () => {
  const more = new Map([...found, ["c", table("0", "0")]]);
  expect(results(expectation(more))).toEqual({ a: "same", b: "same", c: "missing" });
});

test("a table that could not be read is neither missing nor the same", () => {
  expect(
    results(expectation(found), new Map([["a", table("1", "10")]]), new Map([["b", "permission denied"]])),
  ).toEqual({
    a: "same",
    b: "not-compared",
  });
});

test("without an expectation nothing is compared", () => {
  expect(results(undefined)).toEqual({ a: "not-compared", b: "not-compared" });
});

test("an expectation of no rows can't fail", () => {
  expect(canFail(expectation(new Map()))).toBe(false);
  expect(canFail(expectation(new Map([["a", table("0", "0")]])))).toBe(false);
  expect(canFail(expectation(found))).toBe(true);
});
