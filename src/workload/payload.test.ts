import { expect, test } from "vitest";
import { payloadHash, payloadOf } from "./payload.ts";

test("a payload depends on the seed and the id, and on nothing else", () => {
  expect(payloadOf("seed", 1)).toBe(payloadOf("seed", 1));
  expect(payloadOf("seed", 2)).not.toBe(payloadOf("seed", 1));
  expect(payloadOf("other", 1)).not.toBe(payloadOf("seed", 1));
});

test("its hash is the md5 that a server computes", () => {
  expect(payloadHash("base-1")).toBe("5a75d006055cc3c104db4daf54892244");
  expect(payloadHash("")).toBe("d41d8cd98f00b204e9800998ecf8427e");
});
