import { readFileSync, readlinkSync } from "node:fs";

/**
 * This process as `<pid>@<start>@<pid namespace>`. The start (ticks since boot) tells it from a later process with the same
 * number; the namespace says whether the number means anything to a reader. Both are empty where there is no /proc.
 */
export function harnessIdentity(): string {
  return `${process.pid}@${startTicks(process.pid)}@${pidNamespace()}`;
}

/**
 * Whether the process with this identity still runs. One in a pid namespace that cannot be seen from here counts as alive:
 * leaving something behind is better than pulling a run from under another harness.
 */
export function isAlive(identity: string): boolean {
  const [pidText = "", start = "", namespace = ""] = identity.split("@");
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  if (namespace !== pidNamespace()) return true;
  if (start !== "") return start === startTicks(pid);
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function startTicks(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses and may hold anything; field 3 is the first after the last ")".
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const isZombie = fields[0] === "Z";
    return isZombie ? "" : (fields[19] ?? "");
  } catch {
    return "";
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}
