import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { harnessIdentity, isAlive } from "./harness-identity.ts";

test("this process is alive by its own identity", () => {
  expect(isAlive(harnessIdentity())).toBe(true);
});

test("a process that ended is not alive", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  const identity = harnessIdentity().replace(/^\d+/, String(child.pid));
  await once(child, "exit");
  expect(isAlive(identity)).toBe(false);
});

test.runIf(process.platform === "linux")(
  "another process that got the same number is not the one that was meant",
  () => {
    expect(isAlive(harnessIdentity().replace(/@\d+@/, "@1@"))).toBe(false);
  },
);

test("a harness in a pid namespace that cannot be seen from here counts as alive", () => {
  expect(isAlive("999999@1@pid:[1]")).toBe(true);
});

test("a label that nobody of ours wrote is not alive", () => {
  expect(isAlive("")).toBe(false);
  expect(isAlive("-1@@")).toBe(false);
});
