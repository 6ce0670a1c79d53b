/**
 * Set-up before anything is installed, with Node built-ins only: the locked npm dependencies, Node 24 among them. What else a
 * command needs (engine, images) the program prepares itself, once it knows that the command starts containers.
 */
import { spawn } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withSetupLock } from "./setup-lock.mjs";

const project = fileURLToPath(new URL("../", import.meta.url));
const oldestNode = 20;
const progressEveryMs = 3000;

/** @param {string} line */
function say(line) {
  process.stderr.write(`set-up: ${line}\n`);
}

/** The environment lacks something: one sentence, status 69. */
class SetupError extends Error {}

/** @returns {Record<string, {version?: string, integrity?: string, optional?: boolean}>} by path, without the project itself */
function packagesOf(lockFile) {
  const { "": _project, ...packages } = JSON.parse(readFileSync(join(project, lockFile), "utf8")).packages;
  return packages;
}

/**
 * Compares what npm says it installed (its hidden lock file, written last) with what is locked. Packages that npm leaves out,
 * because they are for another platform, are optional.
 */
function isInstalled() {
  if (!existsSync(join(project, "node_modules/.package-lock.json"))) return false;
  try {
    accessSync(join(project, "node_modules/.bin/node"), constants.X_OK);
  } catch {
    return false;
  }
  const installed = packagesOf("node_modules/.package-lock.json");
  return Object.entries(packagesOf("package-lock.json")).every(([path, { version, integrity, optional }]) => {
    const found = installed[path];
    return found === undefined
      ? optional === true
      : found.version === version && found.integrity === integrity;
  });
}

async function installDependencies() {
  const manifests = Object.keys(packagesOf("package-lock.json")).map((path) =>
    join(project, path, "package.json"),
  );
  const startedAt = performance.now();
  say(`installing up to ${manifests.length} npm packages`);
  const timer = setInterval(() => {
    const there = manifests.filter((manifest) => existsSync(manifest)).length;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    say(`installing npm packages: ${there} unpacked, ${seconds} s`);
  }, progressEveryMs);
  try {
    // The project's `.npmrc` silences npm, whose failures have to be seen here.
    await run("npm", ["ci", "--loglevel=error", "--no-audit", "--no-fund"]);
  } finally {
    clearInterval(timer);
  }
  if (!isInstalled())
    throw new SetupError(
      "Expected `npm ci` to install what package-lock.json names, but it left something out: see what it printed.",
    );
}

/**
 * @param {string} program
 * @param {string[]} args
 */
async function run(program, args) {
  // Both of its streams to standard error: standard output belongs to the command that set-up is for.
  const child = spawn(program, args, { cwd: project, stdio: ["ignore", 2, 2] });
  const status = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? signal));
  }).catch((error) => {
    throw new SetupError(
      `Expected to run ${program}, but it is not to be found (${error.code}): install Node.js ${oldestNode} or later with npm.`,
    );
  });
  if (status !== 0)
    throw new SetupError(
      `Expected \`${program} ${args[0]}\` to succeed, but it ended with ${status}: see what it printed above.`,
    );
}

async function main() {
  if (Number(process.versions.node.split(".")[0]) < oldestNode) {
    throw new SetupError(
      `Expected Node.js ${oldestNode} or later, but found ${process.versions.node}: update it.`,
    );
  }
  if (isInstalled()) return;
  await withSetupLock(say, async () => {
    if (!isInstalled()) await installDependencies();
  });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`set-up: ${error.message}\n`);
  process.exitCode = 69;
}
