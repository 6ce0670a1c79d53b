import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readFleet } from "./fleet.ts";
import { renderScorecard } from "./scorecard.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drill-fleet-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function read(content: string) {
  const path = join(folder, "fleet.json");
  await writeFile(path, content);
  return readFleet(path);
}

test("a fleet is a list of backups with the command's options", async () => {
  const backups = [
    { name: "nightly", file: "nightly.dump", maxAge: "25h", role: ["abtuser"] },
    { name: "b", file: "b" },
  ];
  expect((await read(JSON.stringify({ backups }))).map(({ name, role }) => [name, role])).toEqual([
    ["nightly", ["abtuser"]],
    ["b", []],
  ]);
});

test.each([
  ["no JSON", "backups:"],
  ["no backup", '{"backups": []}'],
  ["an option that there is none of", '{"backups": [{"name": "a", "file": "a", "maxage": "25h"}]}'],
  ["a name that leads elsewhere", '{"backups": [{"name": "../a", "file": "a"}]}'],
  ["two of one name", '{"backups": [{"name": "a", "file": "a"}, {"name": "a", "file": "b"}]}'],
])("%s is refused", async (_, content) => {
  await expect(read(content)).rejects.toMatchObject({ exitStatus: 65 });
});

test("the scorecard counts, and shows the worst first", () => {
  const row = { exitStatus: 0, reason: "", restoreSeconds: 1.25, madeAt: null };
  const text = renderScorecard([
    { ...row, name: "good", verdict: "met" },
    { ...row, name: "bad", verdict: "missed", reason: "a | b" },
  ]);
  expect(text).toContain("# Backups: 1 of 2 proven");
  expect(text.indexOf("bad")).toBeLessThan(text.indexOf("good"));
  expect(text).toContain("a \\| b");
});
