/**
 * One set-up at a time in this checkout: two that start side by side would both install, in the same place.
 * Node built-ins only; used before anything is installed.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const cacheDirectory = fileURLToPath(new URL("../.cache/", import.meta.url));
const lockOfCheckout = join(cacheDirectory, "set-up.lock");
const pollEveryMs = 200;

/**
 * Runs `work` while holding the lock. Waits for another process that holds it and lives; takes over from one that died.
 *
 * @template T
 * @param {(line: string) => void} say is told when there is somebody to wait for
 * @param {() => Promise<T>} work
 * @param {string} [lockFile]
 * @returns {Promise<T>}
 */
export async function withSetupLock(say, work, lockFile = lockOfCheckout) {
  await acquire(say, lockFile);
  try {
    return await work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

/**
 * @param {(line: string) => void} say
 * @param {string} lockFile
 */
async function acquire(say, lockFile) {
  mkdirSync(dirname(lockFile), { recursive: true });
  let said = false;
  while (!take(lockFile)) {
    const holder = readHolder(lockFile);
    if (holder !== undefined && !isAlive(holder)) {
      removeStale(holder, lockFile);
      continue;
    }
    if (!said) say(`waiting for another set-up (process ${holder ?? "unknown"}) to finish`);
    said = true;
    await pause(pollEveryMs);
  }
}

/**
 * A link appears with its content or not at all: nobody ever reads a half-written lock.
 *
 * @param {string} lockFile
 */
function take(lockFile) {
  const own = `${lockFile}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, lockFile);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Moves the lock of a dead process away. Between reading and moving somebody else may have done the same and taken it: what was
 * moved is looked at, and put back if it is not the dead one's.
 *
 * @param {number} holder
 * @param {string} lockFile
 */
function removeStale(holder, lockFile) {
  const moved = `${lockFile}.stale.${process.pid}`;
  try {
    renameSync(lockFile, moved);
    if (readHolder(moved) !== holder) linkSync(moved, lockFile);
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "EEXIST") throw error;
  } finally {
    rmSync(moved, { force: true });
  }
}

/** @param {string} file */
function readHolder(file) {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
