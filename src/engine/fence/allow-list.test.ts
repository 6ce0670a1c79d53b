import fc from "fast-check";
import { expect, test } from "vitest";
import { fields, flag, integer, listOf, mapOf, oneOf, text, words } from "./allow-list.ts";

const read = fields({ Name: text, Nested: fields({ Kind: text }) });

test("allowed fields are taken over, and null is the same as nothing", () => {
  expect(read({ Name: "a", Nested: { Kind: "k" } }, "")).toEqual({ Name: "a", Nested: { Kind: "k" } });
  expect(read({ Name: null, Nested: null }, "")).toEqual({});
});

test("an unknown field is dropped when it is empty, as clients fill them in, and refused otherwise", () => {
  const empty = { A: null, B: false, C: 0, D: "", E: [], F: {} };
  expect(read(empty, "")).toEqual({});
  for (const value of [true, 1, -1, "x", [0], { a: null }]) {
    expect(() => read({ Other: value }, "")).toThrow('"Other" is not among the fields');
  }
});

test("a key is known letter for letter: no other case, no folding of a Kelvin sign or a long s", () => {
  for (const key of ["name", "NAME", "nAme", "Name ", "Na\u200dme"]) {
    expect(() => read({ [key]: "x" }, "")).toThrow("is not among the fields");
  }
  expect(() => read({ Nested: { "\u212aind": "x" } }, "")).toThrow("is not among the fields");
  expect(() => fields({ Binds: text })({ "Bind\u017f": "x" }, "")).toThrow("is not among the fields");
});

test("of two keys that differ in case the unknown one is refused, wherever it stands", () => {
  for (const body of ['{"Name":"a","NAME":"b"}', '{"NAME":"b","Name":"a"}']) {
    expect(() => read(JSON.parse(body), "")).toThrow('"NAME" is not among the fields');
  }
});

test("of the same key twice one is seen, and nothing of the other gets into the new body", () => {
  expect(read(JSON.parse('{"Name":"a","Name":"b"}'), "")).toEqual({ Name: "b" });
  const twice = JSON.parse('{"Nested":{"Other":true},"Nested":{"Kind":"k"}}') as unknown;
  expect(read(twice, "")).toEqual({ Nested: { Kind: "k" } });
});

test("__proto__, constructor and toString are unknown keys", () => {
  for (const body of ['{"__proto__":{"Name":"x"}}', '{"constructor":"x"}', '{"toString":"x"}']) {
    expect(() => read(JSON.parse(body), "")).toThrow("is not among the fields");
  }
  const labels = mapOf(text)(JSON.parse('{"__proto__":"x"}'), "Labels");
  expect(Object.getPrototypeOf(labels)).toBe(Object.prototype);
});

test("a value of another type is refused with its place", () => {
  expect(() => read({ Nested: { Kind: 1 } }, "")).toThrow("Nested.Kind must be a string");
  expect(() => listOf(integer)([1, 1.5], "List")).toThrow("List[1] must be an integer");
  expect(() => flag("true", "Flag")).toThrow("Flag must be true or false");
  expect(() => oneOf("a", "b")("c", "Choice")).toThrow('Choice "c" is not allowed');
  for (const value of [null, [], "x", 1]) expect(() => read(value, "")).toThrow("the body must be an object");
  expect(words("sh -c x", "Cmd")).toEqual(["sh -c x"]);
});

test("whatever comes in, nothing but allowed fields comes out", () => {
  const key = fc.oneof(
    fc.constantFrom("Name", "name", "Nested", "__proto__", "Kind", "\u212aind"),
    fc.string(),
  );
  const value = fc.oneof(fc.jsonValue(), fc.dictionary(key, fc.jsonValue()));
  fc.assert(
    fc.property(fc.dictionary(key, value), (body) => {
      let rebuilt: object;
      try {
        rebuilt = read(body, "");
      } catch {
        return;
      }
      expect(["Name", "Nested"]).toEqual(expect.arrayContaining(Object.keys(rebuilt)));
    }),
  );
});
