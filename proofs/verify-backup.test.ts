import { once } from "node:events";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { connectEngine } from "../src/engine/engine.ts";
import { listRuns } from "../src/engine/remove-run.ts";
import { drill, startDrill } from "./command-line.ts";

let folder = "";

/** The least that is a dump; `sql` is what it restores. */
function dump(sql: string, version = "17.5"): string {
  return `--
-- PostgreSQL database dump
--

-- Dumped from database version ${version}
-- Dumped by pg_dump version ${version}

CREATE TABLE public.canary (token text);
INSERT INTO public.canary VALUES ('canary-7f3a9');
${sql}
--
-- PostgreSQL database dump complete
--
`;
}

const files: Readonly<Record<string, string | Buffer>> = {
  "good.sql": dump(""),
  "endless.sql": dump("SELECT pg_sleep(3600);"),
  "old.sql": dump("", "9.4.26"),
  "redis.rdb": Buffer.from("REDIS0011\xfa\x09redis-ver\x058.0.2", "latin1"),
  "notes.txt": "buy milk\n",
  "notes.json": '{"format": "shopping-list"}',
  "text.age": "age-encryption.org/v1\n-> X25519 abc\n",
  key: "no key",
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drill-verify-"));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  await mkdir(join(folder, "full"));
  await mkdir(join(folder, "repository", "backup", "demo"), { recursive: true });
  await writeFile(join(folder, "full", "report.md"), "");
});

const inFolder = (words: readonly string[]): string[] => words.map((word) => word.replace("FOLDER", folder));

test("a proven backup ends with 0, the path of the report on the last line", async () => {
  const out = join(folder, "out");
  const { status, stdout } = await drill(
    inFolder(["verify-backup", "--file", "FOLDER/good.sql", "--canary", "canary-7f3a9", "--out", out]),
  );
  expect(status).toBe(0);
  expect(stdout.trim().split("\n").at(-1)).toBe(join(out, "report.md"));
  expect(await readFile(join(out, "report.md"), "utf8")).toContain("**Proven.**");
});

test("with --json standard output is one document; nothing to compare with ends with 2", async () => {
  const { status, stdout } = await drill(
    inFolder(["verify-backup", "--file", "FOLDER/good.sql", "--json", "--out", "FOLDER/json"]),
  );
  expect(status).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ verdict: "inconclusive", reasons: [{ code: "no-data-check" }] });
});

test("a fleet is verified to its end, and ends as its worst", async () => {
  const backups = [
    { name: "good", file: "good.sql", canary: "canary-7f3a9" },
    { name: "another", file: "good.sql", canary: "canary-of-another" },
    { name: "lost", file: "none.sql" },
    { name: "unsaid", file: "good.sql" },
  ];
  await writeFile(join(folder, "fleet.json"), JSON.stringify({ backups }));
  const { status, stdout } = await drill(
    inFolder(["verify-backup", "--all", "FOLDER/fleet.json", "--json", "--out", "FOLDER/fleet"]),
  );
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    backups: [
      { name: "good", verdict: "met" },
      { name: "another", verdict: "missed" },
      { name: "lost", verdict: "refused", exitStatus: 65 },
      { name: "unsaid", verdict: "inconclusive" },
    ],
  });
  const report = await readFile(join(folder, "fleet", "report.md"), "utf8");
  expect(report).toContain("# Backups: 1 of 4 proven");
  expect(await readFile(join(folder, "fleet", "another", "report.md"), "utf8")).toContain("canary-missing");
});

test.each([
  ["a fleet that is none", ["--all", "FOLDER/notes.json"], 65, /backups/],
  ["no file", [], 64, /--file/],
  ["a size that is none", ["--file", "FOLDER/good.sql", "--disk", "lots"], 64, /--disk/],
  ["a duration that is none", ["--file", "FOLDER/good.sql", "--max-age", "soon"], 64, /--max-age/],
  ["a source that is no URL", ["--file", "FOLDER/good.sql", "--source", "shop"], 64, /--source/],
  ["an --out that is not empty", ["--file", "FOLDER/good.sql", "--out", "FOLDER/full"], 64, /full/],
  ["a file that is missing", ["--file", "FOLDER/none.sql"], 65, /none\.sql/],
  ["a folder that is no repository", ["--file", "FOLDER/full"], 65, /pgBackRest repository/],
  [
    "an instant without its zone",
    ["--file", "FOLDER/good.sql", "--target", "2026-11-09 01:59:59"],
    64,
    /--target/,
  ],
  [
    "a stanza that the repository has not",
    ["--file", "FOLDER/repository", "--stanza", "other"],
    64,
    /it has demo/,
  ],
  ["a text that is no dump", ["--file", "FOLDER/notes.txt"], 65, /something else/],
  ["an encryption that it can't take off", ["--file", "FOLDER/text.age"], 65, /age/],
  ["a key that is missing", ["--file", "FOLDER/good.sql", "--key", "FOLDER/none.pem"], 65, /none\.pem/],
  ["a manifest that is none", ["--file", "FOLDER/good.sql", "--expect", "FOLDER/notes.json"], 65, /format/],
  [
    "a manifest that is missing",
    ["--file", "FOLDER/good.sql", "--expect", "FOLDER/none.json"],
    65,
    /none\.json/,
  ],
  [
    "a source that does not answer",
    ["--file", "FOLDER/good.sql", "--source", "postgresql://u:pw-of-u@127.0.0.1:1/shop"],
    69,
    /shop on 127\.0\.0\.1/,
  ],
] as const)("%s is refused with one sentence", async (_what, words, expected, message) => {
  const { status, stdout, stderr } = await drill(inFolder(["verify-backup", ...words]));
  expect({ status, stdout }).toEqual({ status: expected, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at |pw-of-u/);
});

test("a major version that no image has ends with 69 and one sentence", async () => {
  const { status, stderr } = await drill(
    inFolder(["verify-backup", "--file", "FOLDER/old.sql", "--out", "FOLDER/old"]),
  );
  expect(status).toBe(69);
  expect(stderr).toContain("Expected an image of PostgreSQL 9 to restore a dump made by pg_dump 9.4.26");
});

/** Starts a verification and returns when its restore, which never ends, has begun. */
async function verificationInTheMiddle(name: string) {
  const out = join(folder, name);
  const child = startDrill(inFolder(["verify-backup", "--file", "FOLDER/endless.sql", "--out", out]));
  for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream })) {
    if (line === "restoring") break;
  }
  const read = async () =>
    JSON.parse(await readFile(join(out, "backup-proof.json"), "utf8")) as {
      runId: string;
      verdict: string;
      reasons: { code: string }[];
    };
  return { child, read, runId: (await read()).runId };
}

async function isOnEngine(runId: string): Promise<boolean> {
  const { docker } = await connectEngine();
  return (await listRuns(docker)).some((run) => run.runId === runId);
}

test("after kill -9 everything is gone within 15 seconds, and the record says that it did not end", async () => {
  const { child, read, runId } = await verificationInTheMiddle("killed");
  expect(await isOnEngine(runId)).toBe(true);
  child.kill("SIGKILL");
  const startedAt = performance.now();
  while ((await isOnEngine(runId)) && performance.now() - startedAt < 15_000) await pause(250);
  expect(await isOnEngine(runId)).toBe(false);
  expect(await read()).toMatchObject({ verdict: "inconclusive", reasons: [{ code: "interrupted" }] });
});

test("SIGTERM ends a verification with 143, its record written and everything gone", async () => {
  const { child, read, runId } = await verificationInTheMiddle("terminated");
  child.kill("SIGTERM");
  const [status] = (await once(child, "close")) as [number];
  expect(status).toBe(143);
  expect(await isOnEngine(runId)).toBe(false);
  expect((await read()).reasons.map(({ code }) => code)).toContain("interrupted");
});
