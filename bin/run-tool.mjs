/** Runs the tools that npm installed, and passes on the signals that end them. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const project = fileURLToPath(new URL("../", import.meta.url));
const tools = join(project, "node_modules/.bin");
const running = new Set();

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    for (const child of running) child.kill(signal);
    // Without tools of our own there is nothing to wait for.
    if (running.size === 0) process.exit(128 + constants.signals[signal]);
  });
}

/**
 * @param {string[]} argv
 * @param {{showOutput: boolean}} options shown as it comes, else returned
 * @returns {Promise<{status: number, output: string, seconds: number}>}
 */
export async function run([tool, ...args], { showOutput }) {
  const startedAt = performance.now();
  const env = { ...process.env, PATH: `${tools}:${process.env.PATH}` };
  const child = spawn(join(tools, tool), args, {
    cwd: project,
    env,
    stdio: ["ignore", ...(showOutput ? ["inherit", "inherit"] : ["pipe", "pipe"])],
  });
  running.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text) => (output += text));
  const status = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
  running.delete(child);
  return { status, output, seconds: (performance.now() - startedAt) / 1000 };
}
