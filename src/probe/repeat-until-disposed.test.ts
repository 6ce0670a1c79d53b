import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { repeatUntilDisposed } from "./repeat-until-disposed.ts";

test("disposing waits for the call that is under way, and no other follows", async () => {
  let running = 0;
  let calls = 0;
  const repeated = repeatUntilDisposed(1, async () => {
    running += 1;
    calls += 1;
    await delay(10);
    running -= 1;
  });
  await delay(25);
  await repeated[Symbol.asyncDispose]();
  expect(running).toBe(0);
  const before = calls;
  await delay(20);
  expect(calls).toBe(before);
});

test("no two calls overlap, however slow they are", async () => {
  let running = 0;
  let most = 0;
  const repeated = repeatUntilDisposed(1, async () => {
    most = Math.max(most, ++running);
    await delay(5);
    running -= 1;
  });
  await delay(30);
  await repeated[Symbol.asyncDispose]();
  expect(most).toBe(1);
});

test("what a call throws is thrown when disposing", async () => {
  const repeated = repeatUntilDisposed(1, () => Promise.reject(new Error("broken")));
  await delay(5);
  await expect(repeated[Symbol.asyncDispose]()).rejects.toThrow("broken");
});
