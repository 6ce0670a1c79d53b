import { expect, test } from "vitest";
import { rebuildFilters } from "./list-filters.ts";

const rebuild = (raw: string | null) =>
  JSON.parse(rebuildFilters(raw, ["label", "name"], { "drill.run": "r" })) as unknown;

test("the run's label is there, whatever the client asked for", () => {
  for (const raw of [null, "", "{}", '{"label":[]}', '{"label":{}}'])
    expect(rebuild(raw)).toEqual({ label: ["drill.run=r"] });
});

test("what the client asked for is joined to it, in either notation", () => {
  const expected = { label: ["a=b", "drill.run=r"], name: ["x"] };
  expect(rebuild('{"label":{"a=b":true},"name":{"x":true}}')).toEqual(expected);
  expect(rebuild('{"label":["a=b"],"name":["x"]}')).toEqual(expected);
});

test("other keys, other spellings of a key, and other forms are refused", () => {
  for (const raw of ['{"since":["x"]}', '{"Label":["a"]}', '{"__proto__":["a"]}', '{"label!":["a"]}']) {
    expect(() => rebuild(raw)).toThrow("can't be filtered by");
  }
  for (const raw of ["x", "[]", "null", '{"label":"a"}', '{"label":{"a":false}}', '{"label":null}']) {
    expect(() => rebuild(raw)).toThrow("refused by the fence");
  }
});
