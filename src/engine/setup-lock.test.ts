import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withSetupLock } from "../../bin/setup-lock.mjs";

let lockFile: string;

beforeEach(() => {
  lockFile = join(mkdtempSync(join(tmpdir(), "setup-lock-")), "cache", "lock");
});

afterEach(() => {
  rmSync(join(lockFile, "..", ".."), { recursive: true });
});

test("two set-ups at once work one after the other", async () => {
  const log: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    log.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    log.push(`${name} ends`);
  };
  await Promise.all(["a", "b", "c"].map((name) => withSetupLock(() => undefined, work(name), lockFile)));
  expect(log.filter((_, index) => index % 2 === 0).map((line) => line.replace("begins", "ends"))).toEqual(
    log.filter((_, index) => index % 2 === 1),
  );
});

test("the lock of a process that lives is waited for, out loud; that of a dead one is taken over", async () => {
  const holder = spawn("sleep", ["60"]);
  await withSetupLock(
    () => undefined,
    () => Promise.resolve(),
    lockFile,
  );
  writeFileSync(lockFile, String(holder.pid));
  const said: string[] = [];
  const worked = withSetupLock(
    (line) => said.push(line),
    () => Promise.resolve("worked"),
    lockFile,
  );
  await expect
    .poll(() => said)
    .toEqual([`waiting for another set-up (process ${holder.pid ?? ""}) to finish`]);
  holder.kill();
  await once(holder, "exit");
  expect(await worked).toBe("worked");
});

test("work that fails leaves no lock", async () => {
  const failing = withSetupLock(
    () => undefined,
    () => Promise.reject(new Error("no")),
    lockFile,
  );
  await expect(failing).rejects.toThrow("no");
  expect(existsSync(lockFile)).toBe(false);
});
