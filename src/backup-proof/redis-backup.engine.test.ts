import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectEngine, type Engine } from "../engine/engine.ts";
import { execInContainer } from "../engine/exec.ts";
import { resolveImage } from "../engine/images.ts";
import { runLabels } from "../engine/labels.ts";
import { removeRun } from "../engine/remove-run.ts";
import { waitUntil } from "../topology/wait-until.ts";
import { verify as verifyOn, type Verified } from "./testing/verify.ts";

const runId = `r${randomUUID().replaceAll("-", "").slice(0, 7)}`;
let engine: Engine;
let folder: string;
let url: string;
let containerId: string;
let rdb: Buffer;
let whole: string;

async function run(command: string): Promise<string> {
  const { stdout } = await execInContainer(engine.docker, containerId, ["bash", "-c", command]);
  return stdout;
}

async function file(name: string, content: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const verify = (options: Parameters<typeof verifyOn>[1]): Promise<Verified> =>
  verifyOn(engine, { roles: [], ...options });

beforeAll(async () => {
  engine = await connectEngine();
  folder = await mkdtemp(join(tmpdir(), "drill-rdb-"));
  const container = await engine.docker.createContainer({
    Image: await resolveImage(engine.docker, "redis:8"),
    Labels: runLabels(runId),
    Cmd: ["redis-server", "--requirepass", "secret-of-redis", "--save", "", "--protected-mode", "no"],
    Env: ["REDISCLI_AUTH=secret-of-redis"],
    ExposedPorts: { "6379/tcp": {} },
    HostConfig: { PortBindings: { "6379/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] } },
  });
  await container.start();
  containerId = container.id;
  const port = (await container.inspect()).NetworkSettings.Ports["6379/tcp"]?.[0]?.HostPort ?? "";
  url = `redis://:secret-of-redis@127.0.0.1:${port}`;
  const wait = { what: "Redis to be ready", deadlineMs: 30_000, signal: AbortSignal.timeout(60_000) };
  await waitUntil(wait, async () => ((await run("redis-cli ping")).includes("PONG") ? undefined : "no PONG"));
  await run(`redis-cli eval "for n = 1, 500 do redis.call('set', 'quote:' .. n, 'price ' .. n) end" 0
    redis-cli set canary canary-7f3a9; redis-cli rpush list a b c; redis-cli hset hash f 1 g 2; redis-cli zadd zset 1 p
    redis-cli set session x ex 3600; redis-cli -n 3 set other database; redis-cli save`);
  rdb = Buffer.from(await run("base64 -w 0 $(redis-cli config get dir | tail -n 1)/dump.rdb"), "base64");
  whole = await file("dump.rdb", rdb);
});

afterAll(async () => {
  await removeRun(engine.docker, runId);
  await rm(folder, { recursive: true, force: true });
});

test("an intact RDB file is proven against its source", async () => {
  const { exitStatus, said, proof, report } = await verify({ file: whole, source: url, maxAgeMs: 3_600_000 });
  expect({ exitStatus, said }).toEqual({ exitStatus: 0, said: "" });
  expect(proof.tables.map(({ table, rows }) => [table, rows])).toEqual([
    ["db0", "504"],
    ["db3", "1"],
  ]);
  expect(proof.server?.version).toMatch(/^8\./);
  expect(report + JSON.stringify(proof)).not.toContain("secret-of-redis");
});

test("an intact one within gzip, by its canary", async () => {
  const packed = await file("dump.rdb.gz", await promisify(gzip)(rdb));
  expect(await verify({ file: packed, canary: "canary-7f3a9" })).toMatchObject({ exitStatus: 0 });
  expect(await verify({ file: packed, canary: "canary-7f3a" })).toMatchObject({
    exitStatus: 1,
    codes: ["canary-missing"],
  });
});

test("without anything that says what should be in it, it is not proven", async () => {
  expect(await verify({ file: whole })).toMatchObject({ exitStatus: 2, codes: ["no-data-check"] });
});

test.each([0.5, 0.99])("one that was cut short after %d of it", async (share) => {
  const cut = await file("cut.rdb", rdb.subarray(0, Math.floor(rdb.length * share)));
  expect(await verify({ file: cut, source: url })).toMatchObject({ exitStatus: 1, codes: ["cut-short"] });
});

test("a flipped bit", async () => {
  const flipped = Buffer.from(await readFile(whole));
  const at = flipped.indexOf("price 250");
  flipped[at] = (flipped[at] ?? 0) ^ 1;
  expect(await verify({ file: await file("flipped.rdb", flipped), source: url })).toMatchObject({
    exitStatus: 1,
    codes: ["damaged"],
  });
});

test("one that lacks what the source has", async () => {
  await run("redis-cli set late arrival");
  const { exitStatus, codes, said } = await verify({ file: whole, source: url });
  await run("redis-cli del late");
  expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["table-differs"] });
  expect(said).toContain("db0 should have 505 rows");
});
