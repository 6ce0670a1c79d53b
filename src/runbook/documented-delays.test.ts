import { expect, test } from "vitest";
import { readDocumentedDelays } from "./documented-delays.ts";

const read = (markdown: string) =>
  readDocumentedDelays(markdown, "dr.md").map(({ name, seconds, source }) => [name, seconds, source.line]);

test("an alert's for and a time to live are delays, each with its line", () => {
  expect(
    read(
      "```yaml\n- alert: DatabaseDown\n  expr: up == 0\n  for: 5m\n```\n\nTTL: 60 seconds for faster propagation\n",
    ),
  ).toEqual([
    ["alert DatabaseDown", 300, 4],
    ["ttl", 60, 7],
  ]);
});

test("a TTL may be said in words, and a bare number is seconds", () => {
  expect(read("The TTL is 2 minutes.\n\nTTL (DNS) = 30\n")).toEqual([
    ["ttl", 120, 1],
    ["ttl", 30, 3],
  ]);
});

test("a for of nothing that alerts is no delay", () => {
  expect(read("for: 5m\n")).toEqual([]);
});

test.each(["TTL", "alert: x\n", "-"])("a long run of spaces behind %j costs no time", (before) => {
  const startedAt = performance.now();
  read(`${before}${" ".repeat(100_000)}x\n`);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
