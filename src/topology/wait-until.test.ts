import { expect, test } from "vitest";
import { HarnessError } from "../harness-error.ts";
import { waitUntil } from "./wait-until.ts";

const { signal } = new AbortController();

test("it returns as soon as there is no reason against it, and a thrown error is a reason", async () => {
  let looks = 0;
  await waitUntil({ what: "a thing", deadlineMs: 5_000, signal }, () => {
    looks += 1;
    if (looks === 1) return Promise.reject(new Error("refused"));
    return Promise.resolve(looks === 2 ? "not yet" : undefined);
  });
  expect(looks).toBe(3);
});

test("past the deadline the error says what was expected and what was last seen", async () => {
  const waiting = waitUntil({ what: "a thing", deadlineMs: 30, signal }, () =>
    Promise.resolve("still asleep"),
  );
  await expect(waiting).rejects.toThrow("Expected a thing within 0.03 s, found: still asleep");
  await expect(waiting).rejects.toBeInstanceOf(HarnessError);
});

test("an abort ends the wait with its own reason", async () => {
  const controller = new AbortController();
  const waiting = waitUntil({ what: "a thing", deadlineMs: 60_000, signal: controller.signal }, () =>
    Promise.resolve("not yet"),
  );
  controller.abort(new Error("the other one failed"));
  await expect(waiting).rejects.toThrow("the other one failed");
});
