import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { HarnessError } from "../harness-error.ts";
import { installPackages, isDebianRoot } from "./debian-packages.ts";
import { followEngineEvents } from "./engine-events.ts";
import { isImagePresent } from "./image-presence.ts";
import { pullImage } from "./pull-image.ts";
import { runProgram } from "./run-program.ts";
import { seldom, type Say } from "./say.ts";

/** What every image built here starts from. */
const baseReference = "debian:trixie-slim";

/**
 * Makes sure that Debian's slim image is on the engine: pulled, else made from Debian's packages with debootstrap.
 *
 * @throws HarnessError 69 where it can be neither pulled nor made.
 */
export async function ensureBaseImage(docker: Docker, say: Say): Promise<void> {
  if (await isImagePresent(docker, baseReference)) return;
  if (await pullImage(docker, baseReference, say)) return;
  if (process.getuid?.() !== 0) {
    throw new HarnessError(
      `Expected to pull ${baseReference} or to make it with debootstrap, but no registry answers and making it needs root: call once as root, or load the image with \`docker load\`.`,
      { code: "no-base-image", exitStatus: 69 },
    );
  }
  if (await isDebianRoot()) await installPackages(["debootstrap", "debian-archive-keyring"], say);
  const directory = await mkdtemp(join(tmpdir(), "drill-base-"));
  try {
    await debootstrap(directory, say);
    await slim(directory);
    say(`importing ${baseReference}`);
    await importDirectory(docker, directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function debootstrap(directory: string, say: Say): Promise<void> {
  const sayProgress = seldom(say);
  await runProgram(
    [
      "debootstrap",
      "--variant=minbase",
      "--keyring=/usr/share/keyrings/debian-archive-keyring.gpg",
      "trixie",
      directory,
    ],
    {
      purpose: `debootstrap to make ${baseReference}`,
      timeoutMs: 600_000,
      onLine: (line) => sayProgress(`making ${baseReference}: ${line.replace(/^I: /, "")}`),
    },
  );
}

/** As the official slim image: no documentation, no package lists, and no service starts because its package is installed. */
async function slim(directory: string): Promise<void> {
  const dropped = [
    "usr/share/doc",
    "usr/share/man",
    "usr/share/locale",
    "usr/share/info",
    "var/lib/apt/lists",
    "var/cache/apt",
  ];
  for (const path of dropped) {
    await rm(join(directory, path), { recursive: true, force: true });
    await mkdir(join(directory, path), { recursive: true });
  }
  const excluded = ["doc", "man", "locale", "info"]
    .map((name) => `path-exclude /usr/share/${name}/*\n`)
    .join("");
  await writeFile(join(directory, "etc/dpkg/dpkg.cfg.d/docker"), excluded);
  await writeFile(join(directory, "usr/sbin/policy-rc.d"), "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  // The build's own name service, copied by debootstrap; the engine mounts its own in every container.
  for (const path of ["etc/resolv.conf", "etc/hostname"]) await rm(join(directory, path), { force: true });
  const sources = await readFile(join(directory, "etc/apt/sources.list"), "utf8");
  if (!sources.includes("trixie")) throw new Error(`unexpected sources.list: ${sources}`);
}

async function importDirectory(docker: Docker, directory: string): Promise<void> {
  const [repo = "", tag = ""] = baseReference.split(":");
  const tar = spawn("tar", ["--numeric-owner", "--one-file-system", "-C", directory, "-c", "."], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const stream = await docker.importImage(tar.stdout, {
    repo,
    tag,
    changes: ['CMD ["bash"]', "LABEL drill.source=debootstrap"],
  });
  await followEngineEvents(stream);
}
