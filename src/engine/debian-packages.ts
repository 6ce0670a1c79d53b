import { readFile } from "node:fs/promises";
import { runProgram } from "./run-program.ts";
import { seldom, type Say } from "./say.ts";

/** Whether packages can be installed here without asking anybody: root on Debian, Ubuntu or a system made from them. */
export async function isDebianRoot(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
}

/**
 * Installs Debian packages without recommendations.
 *
 * @throws HarnessError 69 with apt's last lines.
 */
export async function installPackages(packages: readonly string[], say: Say): Promise<void> {
  const sayProgress = seldom(say);
  const list = packages.join(" ");
  const options = {
    purpose: `apt-get to install ${list}`,
    // Another apt that runs meanwhile is waited for.
    env: { DEBIAN_FRONTEND: "noninteractive" },
    timeoutMs: 900_000,
  };
  say(`installing Debian packages: ${list}`);
  await runProgram(["apt-get", "-o", "DPkg::Lock::Timeout=300", "update"], {
    ...options,
    onLine: (line) => sayProgress(`package lists: ${line}`),
  });
  await runProgram(
    ["apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "--no-install-recommends", ...packages],
    {
      ...options,
      onLine: (line) => {
        if (/^(Get:|Unpacking|Setting up)/.test(line)) sayProgress(`installing: ${line}`);
      },
    },
  );
}
