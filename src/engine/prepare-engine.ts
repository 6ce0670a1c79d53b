import { withSetupLock } from "../../bin/setup-lock.mjs";
import { isDebianRoot } from "./debian-packages.ts";
import { connectEngine, findEngine, type Engine } from "./engine.ts";
import { requireFreeSpace } from "./free-space.ts";
import { imageFolders } from "./image-recipe.ts";
import { missingImages, resolveImage } from "./images.ts";
import { installEngine } from "./install-engine.ts";
import { sayOnStandardError, type Say } from "./say.ts";

/** For the containers and the evidence of a run. */
const spaceForRun = 1e9;

/** For the images, measured at 1.9 GB, and what building them leaves in between. */
const spaceForImages = 5e9;

/**
 * The engine, and the named images (default: every one that the harness can build), ready to start containers: for commands that do.
 * Where no engine answers and this is root on Debian or Ubuntu, it installs and starts one. With everything in place it costs a few
 * requests.
 *
 * @throws HarnessError 69: no engine, no image, no space.
 */
export async function prepareEngine(
  names?: readonly string[],
  say: Say = sayOnStandardError,
): Promise<Engine> {
  const engine = (await findEngine()) ?? (await installedEngine(say));
  const { DockerRootDir } = (await engine.docker.info()) as { readonly DockerRootDir: string };
  const missing = await missingImages(engine.docker, names ?? (await imageFolders()));
  await requireFreeSpace(
    DockerRootDir,
    missing.length === 0 ? spaceForRun : spaceForImages,
    "images and containers",
  );
  await requireFreeSpace(process.cwd(), spaceForRun, "evidence");
  for (const [index, name] of missing.entries()) {
    const place = missing.length === 1 ? "" : `(${index + 1} of ${missing.length}) `;
    await resolveImage(engine.docker, name, (line) => say(place + line));
  }
  return engine;
}

async function installedEngine(say: Say): Promise<Engine> {
  if (!(await isDebianRoot())) return connectEngine();
  say("no container engine answers");
  return withSetupLock(say, async () => (await findEngine()) ?? (await installEngine(say)));
}
