import { expect, test } from "vitest";
import { canonicalElements, valueHash } from "./canonical-value.ts";

const buffers = (...texts: string[]) => texts.map((text) => Buffer.from(text));
const value = { key: Buffer.from("k"), type: "list", elements: buffers("a", "b"), expiresAtMs: -1 };

test("sets and hashes have no order of their own, lists have", () => {
  expect(canonicalElements("set", buffers("b", "a"))).toEqual(buffers("a", "b"));
  expect(canonicalElements("hash", buffers("g", "1", "f", "2"))).toEqual(buffers("f", "2", "g", "1"));
  expect(canonicalElements("list", buffers("b", "a"))).toEqual(buffers("b", "a"));
});

test("where one element ends and the next begins is part of the value", () => {
  expect(valueHash({ ...value, elements: buffers("ab", "") })).not.toBe(valueHash(value));
  expect(valueHash({ ...value, elements: buffers("ab") })).not.toBe(valueHash(value));
});

test("key, type and expiry are part of the value", () => {
  const hashes = [
    value,
    { ...value, key: Buffer.from("l") },
    { ...value, type: "set" },
    { ...value, expiresAtMs: 5 },
  ];
  expect(new Set(hashes.map(valueHash)).size).toBe(4);
});

test("a hash has at most 128 bits", () => {
  expect(valueHash(value) < 1n << 128n).toBe(true);
});
