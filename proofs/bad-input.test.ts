import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { drill } from "./command-line.ts";

let folder = "";

const files: Readonly<Record<string, string | Buffer>> = {
  "no-shell.md": "# Recovery\n\n```\nls\n```\n",
  "prose.md": "# Recovery\n\nCall somebody.\n",
  "unterminated.md": "# Recovery\n\n```sh\nls\n",
  "binary.md": Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x81]),
  "two.md": "# A\n\n## First\n\n```sh\nls\n```\n\n## Second\n\n```sh\nls\n```\n",
  "objectives.md": "# Recovery\n\nRTO < soon\n\n```sh\nls\n```\n",
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drill-bad-input-"));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  await mkdir(join(folder, "full"));
  await writeFile(join(folder, "full", "evidence.json"), "{}");
});

test.each([
  ["an unknown scenario", ["database-failovr"], 64, /did you mean "database-failover"/],
  ["an unknown option", ["database-failover", "--fast"], 64, /--fast/],
  ["a repeat that is no number", ["database-failover", "--repeat", "many"], 64, /whole number/],
  ["--runbook with a drill", ["failover", "--runbook", "FOLDER/two.md#first"], 64, /name one of/],
  [
    "two texts to follow",
    ["database-failover", "--as-documented", "--runbook", "FOLDER/two.md#first"],
    64,
    /leave one/,
  ],
  ["a tag that nothing carries", ["failover", "--tag", "mysql"], 64, /mysql/],
  ["an --out that is not empty", ["database-failover", "--out", "FOLDER/full"], 64, /full/],
  ["a file that is missing", ["database-failover", "--runbook", "FOLDER/none.md"], 65, /none\.md/],
  [
    "a heading that does not exist",
    ["database-failover", "--runbook", "FOLDER/two.md#third"],
    65,
    /first.*second/s,
  ],
  [
    "a file with several procedures and none named",
    ["database-failover", "--runbook", "FOLDER/two.md"],
    65,
    /first.*second/s,
  ],
  [
    "a section whose only fence has no language",
    ["database-failover", "--runbook", "FOLDER/no-shell.md"],
    65,
    /sh/,
  ],
  ["a section with no executable step", ["database-failover", "--runbook", "FOLDER/prose.md"], 65, /step/],
  ["an unterminated fence", ["database-failover", "--runbook", "FOLDER/unterminated.md"], 65, /line 3|:3/],
  ["a file that is no text", ["database-failover", "--runbook", "FOLDER/binary.md"], 65, /UTF-8/],
  [
    "an objective that can't be understood",
    ["database-failover", "--runbook", "FOLDER/objectives.md"],
    65,
    /soon/,
  ],
  [
    "an engine on another host",
    ["database-failover", "--out", "FOLDER/remote"],
    69,
    /host/,
    { DOCKER_HOST: "tcp://192.0.2.1:2375" },
  ],
  [
    "an engine that does not answer",
    ["database-failover", "--out", "FOLDER/dead"],
    69,
    /engine/,
    { DOCKER_HOST: "unix:///nonexistent/docker.sock" },
  ],
] as const)(
  "%s is refused with one sentence",
  async (_what, words, status, message, environment?: Readonly<Record<string, string>>) => {
    const result = await drill(
      words.map((word) => word.replace("FOLDER", folder)),
      environment,
    );
    expect(result).toMatchObject({ status, stdout: "" });
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toMatch(/\n\s+at /);
  },
);

test("nothing of what was refused left a folder of evidence", async () => {
  expect((await readdir(folder)).filter((name) => !(name in files))).toEqual(["full"]);
});
