import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { HarnessError } from "../harness-error.ts";
import { installPackages } from "./debian-packages.ts";
import { findEngine, type Engine } from "./engine.ts";
import type { Say } from "./say.ts";

const engineLog = "/var/log/drill-dockerd.log";
const answerWithinMs = 60_000;
const pollEveryMs = 200;

/**
 * Debian's own engine, installed and started, where none runs. Its process outlives this one. Only for root on Debian or Ubuntu.
 *
 * @throws HarnessError 69 with the last line of its log when it does not come up.
 */
export async function installEngine(say: Say): Promise<Engine> {
  if (daemonPath() === undefined) await installPackages(["docker.io", "iptables"], say);
  const answered = await findEngine();
  if (answered) return answered;
  say(`starting the container engine (its log: ${engineLog})`);
  const daemon = startDaemon();
  const deadline = performance.now() + answerWithinMs;
  while (performance.now() < deadline && daemon.exitCode === null) {
    const engine = await findEngine();
    if (engine) return engine;
    await pause(pollEveryMs);
  }
  // Another set-up's daemon, or the service manager's, may have been first; then ours ended because of it.
  const engine = await findEngine();
  if (engine) return engine;
  throw new HarnessError(
    `Expected dockerd to answer within ${answerWithinMs / 1000} s, but it did not: ${await lastLine()}; see ${engineLog}.`,
    {
      code: "engine-not-started",
      exitStatus: 69,
    },
  );
}

/** Debian's package and Docker's own put it in different places, neither of them always on PATH. */
function daemonPath(): string | undefined {
  return ["/usr/sbin/dockerd", "/usr/bin/dockerd"].find((path) => existsSync(path));
}

function startDaemon(): ChildProcess {
  const log = openSync(engineLog, "a", 0o600);
  try {
    const daemon = spawn(daemonPath() ?? "dockerd", [], {
      cwd: "/",
      detached: true,
      stdio: ["ignore", log, log],
    });
    daemon.unref();
    daemon.on("error", () => undefined);
    return daemon;
  } finally {
    closeSync(log);
  }
}

async function lastLine(): Promise<string> {
  const lines = (await readFile(engineLog, "utf8").catch(() => "")).trim().split("\n");
  return lines.at(-1) ?? "";
}
