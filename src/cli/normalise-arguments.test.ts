import { expect, test } from "vitest";
import { normaliseArguments } from "./normalise-arguments.ts";

test.each([
  [[], ["run", "failover"]],
  [["--json"], ["run", "failover", "--json"]],
  [["run"], ["run", "failover"]],
  [
    ["run", "--keep"],
    ["run", "failover", "--keep"],
  ],
  [
    ["run", "--help"],
    ["run", "--help"],
  ],
  [
    ["database-failover", "--keep"],
    ["run", "database-failover", "--keep"],
  ],
  [
    ["run", "redis-failover"],
    ["run", "redis-failover"],
  ],
  [["list"], ["list"]],
  [["--help"], ["--help"]],
])("%j is understood as %j", (words, expected) => {
  expect(normaliseArguments(words)).toEqual(expected);
});
