import { expect, test } from "vitest";
import { HarnessError } from "../harness-error.ts";
import { configHashOf, parseConfigHashes } from "./compose-labels.ts";

const hash = "a".repeat(64);

test("each line of Compose's list is a service and its hash; anything else it prints is left out", () => {
  const hashes = parseConfigHashes(
    `postgres ${hash}\nWARN[0000] a warning\nredis-replica ${"b".repeat(64)}\n`,
  );
  expect([...hashes.keys()]).toEqual(["postgres", "redis-replica"]);
  expect(configHashOf(hashes, "postgres")).toBe(hash);
});

test("a node that the compose file does not have is an error of the system, with the services it has", () => {
  const hashes = parseConfigHashes(`postgres ${hash}\n`);
  expect(() => configHashOf(hashes, "redis")).toThrow(HarnessError);
  expect(() => configHashOf(hashes, "redis")).toThrow("found postgres;");
});
