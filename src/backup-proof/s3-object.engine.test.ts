import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openS3Object } from "./s3-object.ts";
import { aws, hasAws, startS3Server } from "./testing/s3-server.ts";

let server: AsyncDisposable;

const fetchIt = (address: string, limitBytes = 2 ** 20) =>
  openS3Object(address, { limitBytes, signal: AbortSignal.timeout(60_000) });

beforeAll(async () => {
  if (!hasAws) return;
  server = await startS3Server();
  await aws("s3", "cp", new URL("manifest.sql", import.meta.url).pathname, "s3://backups/daily/shop.sql");
});

afterAll(async () => {
  if (hasAws) await server[Symbol.asyncDispose]();
});

test.runIf(!hasAws)("without the program aws, that is said", async () => {
  await expect(fetchIt("s3://backups/daily/shop.sql")).rejects.toMatchObject({
    code: "no-aws",
    exitStatus: 69,
  });
});

test.runIf(hasAws)("an object is fetched whole, and leaves no file", async () => {
  await using file = await fetchIt("s3://backups/daily/shop.sql");
  expect(file.head.toString("utf8")).toContain("drill-backup-manifest");
  const chunks: Buffer[] = [];
  for await (const chunk of file.read()) chunks.push(chunk);
  expect(Buffer.concat(chunks)).toHaveLength(file.bytes);
  expect(file.modifiedAt.getTime()).toBeLessThan(Date.now() + 60_000);
  expect((await readdir(tmpdir())).filter((name) => name.startsWith("drill-s3-"))).toEqual([]);
});

test.runIf(hasAws).each([
  ["an address that is none", "s3://backups", 64, /s3:\/\/bucket\/key/],
  ["an object that is not there", "s3://backups/daily/none.sql", 65, /there is none/],
  ["one that is too large", "s3://backups/daily/shop.sql", 69, /--disk/, 1000],
])("%s is refused with one sentence", async (_, address, exitStatus, message, limit = 2 ** 20) => {
  await expect(fetchIt(address, limit)).rejects.toMatchObject({
    exitStatus,
    message: expect.stringMatching(message) as string,
  });
});

test.runIf(hasAws)(
  "wrong credentials, and a bucket that can't be reached, are the environment's",
  async () => {
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "another-secret");
    await expect(fetchIt("s3://backups/daily/shop.sql")).rejects.toMatchObject({ exitStatus: 69 });
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret-of-s3");
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    await expect(fetchIt("s3://backups/daily/shop.sql")).rejects.toMatchObject({ exitStatus: 69 });
  },
);
