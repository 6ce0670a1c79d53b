import type Docker from "dockerode";
import { HarnessError } from "../harness-error.ts";
import { withSetupLock } from "../../bin/setup-lock.mjs";
import { ensureBaseImage } from "./base-image.ts";
import { buildImage, packagesLabel } from "./build-image.ts";
import { isImagePresent } from "./image-presence.ts";
import { imageRecipe, type BaseImage, type ImageRecipe } from "./image-recipe.ts";
import { pullImage } from "./pull-image.ts";
import { sayOnStandardError, type Say } from "./say.ts";

/** Where an image came from, as far as this process saw: `present` was there before. */
type ImageSource = "present" | "pulled" | "built";

/** One image in the evidence. */
export interface ImageDescription {
  /** As asked for: `postgres:17`. */
  readonly name: string;
  /** As the engine knows it. */
  readonly reference: string;
  readonly imageId: string;
  /** `repository@sha256:…` of a pulled image; null for one that was built here. */
  readonly digest: string | null;
  readonly source: ImageSource;
  /** Versions of what matters in it: Debian packages, or what the official image says in its environment. */
  readonly packages: Readonly<Record<string, string>>;
}

interface ResolvedImage {
  readonly reference: string;
  readonly source: ImageSource;
}

const resolved = new Map<string, Promise<ResolvedImage>>();

/**
 * The reference to use for an image by name, for instance `postgres:17`. First what is present (the official image, then one that
 * was built here from the folder as it is now), then the official image pulled, then one built from `images/<name>/`.
 * Asked twice in one process it answers the same, so that a run never mixes two.
 *
 * @throws HarnessError 69 when it can be neither pulled nor built.
 */
export async function resolveImage(
  docker: Docker,
  name: string,
  say: Say = sayOnStandardError,
): Promise<string> {
  return (await resolve(docker, name, say)).reference;
}

/** What the images of a run are, for its evidence. */
export async function describeImages(
  docker: Docker,
  names: readonly string[],
): Promise<readonly ImageDescription[]> {
  return Promise.all(
    names.map(async (name) => {
      const { reference, source } = await resolve(docker, name, sayOnStandardError);
      const { Id, RepoDigests, Config } = await docker.getImage(reference).inspect();
      const label = (Config.Labels as Record<string, string> | null)?.[packagesLabel];
      return {
        name,
        reference,
        imageId: Id,
        digest: (RepoDigests as readonly string[] | null)?.[0] ?? null,
        source,
        packages:
          label === undefined || label === "{}"
            ? versionsInEnvironment(Config.Env)
            : (JSON.parse(label) as Record<string, string>),
      };
    }),
  );
}

/** The names, of those that the harness can build, of images that are neither on the engine nor built from the folders as they are. */
export async function missingImages(docker: Docker, names: readonly string[]): Promise<readonly string[]> {
  const lookForBase = async (base: string): Promise<BaseImage | undefined> => {
    const reference = await presentReference(docker, await imageRecipe(base, lookForBase));
    return reference === undefined ? undefined : describeBase(docker, reference);
  };
  const references = await Promise.all(
    names.map(async (name) => presentReference(docker, await imageRecipe(name, lookForBase))),
  );
  return names.filter((_, index) => references[index] === undefined);
}

async function describeBase(docker: Docker, reference: string): Promise<BaseImage> {
  return { reference, imageId: (await docker.getImage(reference).inspect()).Id };
}

function resolve(docker: Docker, name: string, say: Say): Promise<ResolvedImage> {
  const known = resolved.get(name);
  if (known) return known;
  const resolving = find(docker, name, say);
  resolved.set(name, resolving);
  resolving.catch(() => resolved.delete(name));
  return resolving;
}

async function find(docker: Docker, name: string, say: Say): Promise<ResolvedImage> {
  const recipe = await imageRecipe(name, async (base) =>
    describeBase(docker, (await resolve(docker, base, say)).reference),
  );
  const present = await presentReference(docker, recipe);
  if (present !== undefined) return { reference: present, source: "present" };
  return withSetupLock(say, async () => {
    // Another set-up may have made it while this one waited for the lock.
    const meanwhile = await presentReference(docker, recipe);
    if (meanwhile !== undefined) return { reference: meanwhile, source: "present" };
    return obtain(docker, recipe, say);
  });
}

async function obtain(
  docker: Docker,
  { name, official, build }: ImageRecipe,
  say: Say,
): Promise<ResolvedImage> {
  if (official !== undefined && (await pullImage(docker, official, say)))
    return { reference: official, source: "pulled" };
  if (build === undefined) {
    throw new HarnessError(
      `Expected the image ${name} on the engine or at its registry, but it is at neither: pull or load it, or add a folder for it to images/.`,
      { code: "no-image", exitStatus: 69 },
    );
  }
  await ensureBaseImage(docker, say);
  await buildImage(docker, name, build, (line) => say(`building image ${official ?? name}: ${line}`));
  return { reference: build.reference, source: "built" };
}

async function presentReference(
  docker: Docker,
  { official, build }: ImageRecipe,
): Promise<string | undefined> {
  for (const reference of [official, build?.reference]) {
    if (reference !== undefined && (await isImagePresent(docker, reference))) return reference;
  }
  return undefined;
}

function versionsInEnvironment(environment: readonly string[] | null): Record<string, string> {
  const pairs = (environment ?? []).map((pair) => pair.split("="));
  return Object.fromEntries(
    pairs.flatMap(([name = "", value = ""]) => (name.endsWith("_VERSION") ? [[name, value]] : [])),
  );
}
