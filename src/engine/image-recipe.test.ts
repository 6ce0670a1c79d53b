import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { imageRecipe, type FindBase } from "./image-recipe.ts";

const noBase: FindBase = () => Promise.resolve(undefined);

let images: string;

beforeEach(() => {
  images = mkdtempSync(join(tmpdir(), "images-"));
  mkdirSync(join(images, "server", "etc"), { recursive: true });
  writeFileSync(join(images, "server", "Dockerfile"), "FROM debian:trixie-slim\n");
  writeFileSync(join(images, "server", "etc", "entrypoint.sh"), "#!/bin/sh\n", { mode: 0o644 });
  const image = {
    official: "server:{version}",
    version: "17",
    versionArgument: "MAJOR",
    packages: ["server-{version}"],
  };
  writeFileSync(join(images, "server", "image.json"), JSON.stringify(image));
});

afterEach(() => {
  rmSync(images, { recursive: true });
});

async function reference(name = "server:17"): Promise<string | undefined> {
  return (await imageRecipe(name, noBase, images)).build?.reference;
}

test("a name with a version fills the official reference, the build argument and the packages", async () => {
  expect(await imageRecipe("server:16", noBase, images)).toMatchObject({
    official: "server:16",
    build: { buildArguments: { MAJOR: "16" }, packages: ["server-16"] },
  });
});

test("a name without a version means the folder's own version", async () => {
  expect(await reference("server")).toBe(await reference("server:17"));
});

test("an unchanged folder is the same image, wherever it is checked out", async () => {
  const before = await reference();
  expect(before).toMatch(/^drill\/server:17-[0-9a-f]{12}$/);
  writeFileSync(join(images, "server", "Dockerfile"), "FROM debian:trixie-slim\n");
  expect(await reference()).toBe(before);
});

test("a changed file, an added one and a changed executable bit each make another image", async () => {
  const seen = new Set([await reference()]);
  writeFileSync(join(images, "server", "Dockerfile"), "FROM debian:trixie-slim\nRUN true\n");
  seen.add(await reference());
  writeFileSync(join(images, "server", "etc", "more"), "");
  seen.add(await reference());
  chmodSync(join(images, "server", "etc", "entrypoint.sh"), 0o755);
  seen.add(await reference());
  expect(seen.size).toBe(4);
});

test("two versions from one folder are two images", async () => {
  expect(await reference("server:16")).not.toBe(await reference("server:17"));
});

test("a name without a folder is a reference to use as it is", async () => {
  expect(await imageRecipe("registry.example:5000/own/app:3", noBase, images)).toEqual({
    name: "registry.example:5000/own/app:3",
    official: "registry.example:5000/own/app:3",
    build: undefined,
  });
});

test("a base image is asked for in the version meant, and its reference is handed to the build", async () => {
  addImageOnServer();
  const asked: string[] = [];
  const recipe = await imageRecipe(
    "server-with-tools:16",
    (name) => {
      asked.push(name);
      return Promise.resolve({ reference: "drill/server:16-abc", imageId: "sha256:1" });
    },
    images,
  );
  expect(asked).toEqual(["server:16"]);
  expect(recipe.build?.buildArguments).toEqual({ BASE_IMAGE: "drill/server:16-abc" });
});

test("another base, under the same reference too, makes another image, and so does none", async () => {
  addImageOnServer();
  const referenceOn = async (imageId: string | undefined): Promise<string | undefined> => {
    const base = imageId === undefined ? undefined : { reference: "server:17", imageId };
    return (await imageRecipe("server-with-tools", () => Promise.resolve(base), images)).build?.reference;
  };
  const seen = new Set([
    await referenceOn("sha256:1"),
    await referenceOn("sha256:2"),
    await referenceOn(undefined),
  ]);
  expect(seen.size).toBe(3);
  expect(await referenceOn("sha256:1")).toBe(await referenceOn("sha256:1"));
});

function addImageOnServer(): void {
  mkdirSync(join(images, "server-with-tools"));
  writeFileSync(join(images, "server-with-tools", "Dockerfile"), "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\n");
  const image = { version: "17", base: "server:{version}" };
  writeFileSync(join(images, "server-with-tools", "image.json"), JSON.stringify(image));
}
