import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { TaskGroup } from "./task-group.ts";

test("the first failure aborts the others, and is thrown once all of them are over", async () => {
  const group = new TaskGroup();
  let slowEnded = false;
  void group.start(async () => {
    await delay(30);
    slowEnded = true;
  });
  const failing = group.start(() => Promise.reject(new Error("first")));
  await expect(failing).rejects.toThrow("first");
  expect(group.signal.aborted).toBe(true);
  await expect(group.finished()).rejects.toThrow("first");
  expect(slowEnded).toBe(true);
});

test("a task that waits for a failed one fails with it, and the group names the first reason", async () => {
  const group = new TaskGroup();
  const failing = group.start(() => Promise.reject(new Error("first")));
  void group.start(async () => {
    await failing.catch(() => undefined);
    throw new Error("second");
  });
  await expect(group.finished()).rejects.toThrow("first");
});

test("a group that is aborted from outside fails with that reason", async () => {
  const outer = new AbortController();
  const group = new TaskGroup(outer.signal);
  await group.start(() => Promise.resolve(1));
  outer.abort(new Error("interrupted"));
  await expect(group.finished()).rejects.toThrow("interrupted");
});

test("a group that is made to fail names that reason, and keeps the first of two", async () => {
  const group = new TaskGroup();
  void group.start(() => delay(10_000, undefined, { signal: group.signal }));
  group.fail(new Error("its container ended"));
  group.fail(new Error("later"));
  await expect(group.finished()).rejects.toThrow("its container ended");
});

test("an abandoned group is over only when its tasks are", async () => {
  const group = new TaskGroup();
  let ended = false;
  void group.start(async () => {
    await delay(30);
    ended = true;
  });
  await group.abandon(new Error("elsewhere"));
  expect(ended).toBe(true);
  await expect(group.finished()).rejects.toThrow("elsewhere");
});
