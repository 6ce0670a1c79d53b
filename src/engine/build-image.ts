import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { HarnessError } from "../harness-error.ts";
import { followEngineEvents } from "./engine-events.ts";
import { hostCertificates } from "./host-certificates.ts";
import type { BuildRecipe } from "./image-recipe.ts";
import { packageVersions } from "./package-versions.ts";
import type { Say } from "./say.ts";

/** Holds, on an image built here, the versions of its packages as JSON: read once, when it was built. */
export const packagesLabel = "drill.packages";

const linesInError = 3;

/**
 * Builds an image from its folder with the engine's classic builder and tags it. The folder is sent with one more file,
 * `host-ca.crt`: what the host trusts, for a build stage that downloads.
 *
 * @throws HarnessError 69 with the builder's last lines.
 */
export async function buildImage(docker: Docker, name: string, recipe: BuildRecipe, say: Say): Promise<void> {
  const unlabelled = `${recipe.reference}-unlabelled`;
  await withContext(recipe.directory, (context) =>
    build(
      docker,
      name,
      context,
      { t: unlabelled, buildargs: { ...proxyArguments(process.env), ...recipe.buildArguments } },
      say,
    ),
  );
  const packages = await packageVersions(docker, unlabelled, recipe.packages);
  await withDirectory(async (context) => {
    const label = JSON.stringify(JSON.stringify(packages)).replaceAll("$", "\\$");
    await writeFile(join(context, "Dockerfile"), `FROM ${unlabelled}\nLABEL ${packagesLabel}=${label}\n`);
    await build(docker, name, context, { t: recipe.reference }, () => undefined);
  });
  await docker.getImage(unlabelled).remove({ noprune: true });
}

async function build(
  docker: Docker,
  name: string,
  context: string,
  options: Docker.ImageBuildOptions,
  say: Say,
): Promise<void> {
  const stream = await docker.buildImage(
    { context, src: await readdir(context) },
    { ...options, rm: true, forcerm: true },
  );
  const lines: string[] = [];
  try {
    await followEngineEvents(stream, ({ stream: text = "" }) => {
      const line = text.trim();
      if (line === "") return;
      lines.push(line);
      // The other instructions take no time worth a line.
      const [, step, command = ""] = /^Step (\d+\/\d+) : RUN (.*)/.exec(line) ?? [];
      if (step !== undefined) say(`step ${step}, ${command.replace(/\s+/g, " ").slice(0, 60)}`);
    });
  } catch (error) {
    throw notBuilt(name, error, lines);
  }
}

function notBuilt(name: string, error: unknown, lines: readonly string[]): HarnessError {
  const said = lines.slice(-linesInError).join(" / ");
  return new HarnessError(
    `Expected to build the image ${name}, but the builder stopped: ${said || String(error)}; see whether this version exists and the Debian mirror can be reached, or pull an official image.`,
    { code: "image-not-built", exitStatus: 69, cause: error },
  );
}

async function withContext<T>(directory: string, use: (context: string) => Promise<T>): Promise<T> {
  return withDirectory(async (context) => {
    await cp(directory, context, { recursive: true });
    await writeFile(join(context, "host-ca.crt"), await hostCertificates(process.env));
    return use(context);
  });
}

async function withDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "drill-build-"));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Known to every build without being declared, and kept out of the image's history by the engine. */
function proxyArguments(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];
  return Object.fromEntries(names.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
}
