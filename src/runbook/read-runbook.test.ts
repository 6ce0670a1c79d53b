import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseDurationMs } from "./duration.ts";
import { readRunbook, splitReference } from "./read-runbook.ts";

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "runbook-"));
});

afterAll(async () => rm(directory, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

test("a reference is a file and a slug", () => {
  expect(splitReference("a.md#b")).toEqual({ file: "a.md", slug: "b" });
  expect(splitReference("a.md")).toEqual({ file: "a.md" });
  expect(splitReference("a#b/c.md#d")).toEqual({ file: "a#b/c.md", slug: "d" });
});

test("a file is read with its digest, also one that begins with a byte order mark", async () => {
  const path = await file("bom.md", "\ufeff# A\n\n```sh\na\n```\n");
  const runbook = await readRunbook(`${path}#a`);
  expect(runbook.steps).toHaveLength(1);
  expect(runbook.sha256).toBe("ce705b6bd53b3b5df5e7a32eb6da6350642d4473d67f6e8b7c12d968c67ac1a8");
});

test("a file that is missing, a directory and bytes that are no text are refused", async () => {
  await expect(readRunbook(join(directory, "missing.md"))).rejects.toMatchObject({
    exitStatus: 65,
    code: "runbook-not-readable",
  });
  await expect(readRunbook(directory)).rejects.toMatchObject({
    exitStatus: 65,
    code: "runbook-not-readable",
  });
  const png = await file("x.md", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe]));
  await expect(readRunbook(png)).rejects.toMatchObject({ exitStatus: 65, code: "not-markdown" });
});

test.each([
  ["90s", 90_000],
  ["15 minutes", 900_000],
  ["1 h 30 min", 5_400_000],
  ["1h30m", 5_400_000],
  ["250ms", 250],
  ["2.5 hours", 9_000_000],
  ["90", undefined],
  ["soon", undefined],
  ["-5s", undefined],
  ["5 parsecs", undefined],
  ["", undefined],
])("the duration %j is %j milliseconds", (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms);
});
