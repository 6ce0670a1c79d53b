import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isBucketFolder, openRepositoryInBucket } from "./repository-bucket.ts";
import { startRepositorySource, type RepositorySource } from "./testing/repository-source.ts";
import { aws, hasAws, startS3Server } from "./testing/s3-server.ts";
import { verify } from "./testing/verify.ts";

const address = "s3://backups/var/lib/pgbackrest/";
const archive = "archive/shop/17-1/0000000100000000";
let server: AsyncDisposable;
let source: RepositorySource;
let folder: string;
let key: string;

const openIt = (place: string, stanza?: string, limitBytes = 2 ** 30) =>
  openRepositoryInBucket(place, stanza, { limitBytes, signal: AbortSignal.timeout(60_000) });
const left = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith("drill-s3-"));

beforeAll(async () => {
  if (!hasAws) return;
  server = await startS3Server();
  source = await startRepositorySource();
  key = await source.file("passphrase", `${source.passphrase}\n`);
  await source.sql("delete from cache");
  await source.archive();
  folder = await source.copy("intact");
  // A bucket has no links: what pgBackRest abbreviates in a folder is not there.
  await aws("s3", "cp", "--only-show-errors", "--recursive", "--no-follow-symlinks", folder, address);
}, 120_000);

afterAll(async () => {
  if (!hasAws) return;
  await source[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

test.each([
  ["s3://bucket", true],
  ["s3://bucket/", true],
  ["s3://bucket/path/", true],
  ["s3://bucket/path", false],
  ["s3:///path/", false],
  ["/bucket/path/", false],
])("%s is the folder of a bucket: %s", (place, is) => {
  expect(isBucketFolder(place)).toBe(is);
});

describe.runIf(hasAws)("a repository in a bucket", () => {
  test("is proven as its copy in a folder is, and leaves nothing on the disk", async () => {
    const here = await verify(source.engine, { file: address, key, source: source.url, roles: [] });
    expect({ exitStatus: here.exitStatus, said: here.said }).toEqual({ exitStatus: 0, said: "" });
    const { proof } = await verify(source.engine, { file: folder, key, source: source.url, roles: [] });
    expect(here.proof.backup).toEqual({
      ...proof.backup,
      file: address,
      modifiedAt: here.proof.backup.modifiedAt,
    });
    expect(await left()).toEqual([]);
  });

  test("that lacks a segment, or has another byte in one, is not proven", async () => {
    const { stdout } = await aws("s3", "ls", `${address}${archive}/`);
    // Without the last one the archive would only end earlier.
    const segment = stdout.match(/[0-9A-F]{24}-[0-9a-f]{40}\.zst/g)?.at(-2) ?? "";
    const damaged = "s3://backups/damaged/";
    await aws("s3", "cp", "--only-show-errors", "--recursive", address, damaged);
    const object = `${damaged}${archive}/${segment}`;
    await aws("s3", "cp", "--only-show-errors", new URL("manifest.sql", import.meta.url).pathname, object);
    const changed = await verify(source.engine, { file: damaged, key, roles: [] });
    expect(changed).toMatchObject({ exitStatus: 1 });
    expect(changed.codes).toContain("damaged");
    await aws("s3", "rm", "--only-show-errors", object);
    const lacking = await verify(source.engine, { file: damaged, key, roles: [] });
    expect(lacking).toMatchObject({ exitStatus: 1 });
    expect(lacking.codes).toContain("wal-missing");
  });

  test("that is written while it is read has changed", async () => {
    await using repository = await openIt(address);
    expect(await repository.changed()).toBe(false);
    await aws(
      ...["s3", "cp", "--only-show-errors", new URL("manifest.sql", import.meta.url).pathname],
      `${address}${archive}/later`,
    );
    expect(await repository.changed()).toBe(true);
    await aws("s3", "rm", "--only-show-errors", `${address}${archive}/later`);
  });

  test.each([
    ["a place without a repository", "s3://backups/none/", undefined, 2 ** 30, 65, /found none/],
    ["a bucket that is not there", "s3://nobody/", undefined, 2 ** 30, 69, /aws s3 ls/],
    ["another stanza", address, "store", 2 ** 30, 64, /it has shop/],
    ["one that is too large", address, undefined, 1_000, 69, /--disk/],
  ])("%s is refused with one sentence", async (_what, place, stanza, limit, exitStatus, message) => {
    await expect(openIt(place, stanza, limit)).rejects.toMatchObject({
      exitStatus,
      message: expect.stringMatching(message) as string,
    });
    expect(await left()).toEqual([]);
  });
});
