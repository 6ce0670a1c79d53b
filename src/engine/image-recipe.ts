import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** One folder per image that the harness can build itself. */
const imagesDirectory = fileURLToPath(new URL("../../images/", import.meta.url));

/** How to come by one image. */
export interface ImageRecipe {
  /** As the harness asks for it: `postgres:17`, `operator`. */
  readonly name: string;
  /** The pinned reference of the official image; undefined for images that are only ours. */
  readonly official: string | undefined;
  /** How to build it here; undefined for names without a folder in `images/`. */
  readonly build: BuildRecipe | undefined;
}

/** An image that another one starts from, as it is on the engine. */
export interface BaseImage {
  readonly reference: string;
  readonly imageId: string;
}

/** Finds a base image by the harness's name for it; undefined where it is not on the engine and the asker only looks. */
export type FindBase = (name: string) => Promise<BaseImage | undefined>;

export interface BuildRecipe {
  readonly directory: string;
  /** Names the built image; it ends in a digest of the folder, so that a changed folder is another image. */
  readonly reference: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** Debian packages whose versions belong in the evidence. */
  readonly packages: readonly string[];
}

const imageFile = z.strictObject({
  /** Reference of the official image; `{version}` stands for the version asked for. */
  official: z.string().optional(),
  /** The version meant when the name has none. */
  version: z.string().optional(),
  /** The build argument that takes the version. */
  versionArgument: z.string().optional(),
  /** The image that it starts from, by the harness's name for it; Debian's slim image where there is none. */
  base: z.string().optional(),
  packages: z.array(z.string()).default([]),
});

/** The build argument that takes the reference of the base image. */
const baseArgument = "BASE_IMAGE";

/**
 * The recipe of an image by name (`postgres:17`, or a folder's name alone). A name without a folder is taken as it is.
 * A base image is found first, for another base makes another image: without it, the reference is one that no image has.
 */
export async function imageRecipe(
  name: string,
  findBase: FindBase,
  directory = imagesDirectory,
): Promise<ImageRecipe> {
  const [folder = "", askedVersion] = name.split(":");
  const folders = await imageFolders(directory);
  if (!folders.includes(folder)) return { name, official: name, build: undefined };
  const image = await readImageFile(join(directory, folder));
  const version = askedVersion ?? image.version;
  const fill = (text: string): string => text.replaceAll("{version}", version ?? "latest");
  const base = image.base === undefined ? undefined : await findBase(fill(image.base));
  const digest = await digestOf(join(directory, folder), `${version ?? ""}${base?.imageId ?? ""}`);
  return {
    name,
    official: image.official === undefined ? undefined : fill(image.official),
    build: {
      directory: join(directory, folder),
      reference: `drill/${folder}:${version === undefined ? "" : `${version}-`}${digest}`,
      buildArguments: {
        ...(image.versionArgument && version ? { [image.versionArgument]: version } : {}),
        ...(base === undefined ? {} : { [baseArgument]: base.reference }),
      },
      packages: image.packages.map(fill),
    },
  };
}

/** The images that the harness can build, by folder name. */
export async function imageFolders(directory = imagesDirectory): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function readImageFile(directory: string): Promise<z.infer<typeof imageFile>> {
  const files = await readdir(directory);
  return imageFile.parse(
    files.includes("image.json") ? JSON.parse(await readFile(join(directory, "image.json"), "utf8")) : {},
  );
}

/** Over the names, contents and executable bits of the folder's files, the version and the base. */
async function digestOf(directory: string, versionAndBase: string): Promise<string> {
  const hash = createHash("sha256").update(versionAndBase);
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) {
    const isExecutable = ((await stat(file)).mode & 0o100) !== 0;
    const content = await readFile(file);
    hash
      .update(`\0${file.slice(directory.length)}\0${isExecutable ? "x" : "-"}\0${content.length}\0`)
      .update(content);
  }
  return hash.digest("hex").slice(0, 12);
}
