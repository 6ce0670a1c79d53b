import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { HarnessError } from "../harness-error.ts";
import { tarEnd, tarHeader, tarPadding } from "./tar-stream.ts";

test("tar reads what was written, long paths too", () => {
  const long = `${"archive/".repeat(12)}000000010000000000000001-${"a".repeat(40)}.zst`;
  const files = [
    ["backup/demo/backup.info", "twelve bytes"],
    [long, "x".repeat(513)],
  ] as const;
  const archive = Buffer.concat([
    ...files.flatMap(([path, content]) => [
      tarHeader(path, content.length),
      Buffer.from(content),
      tarPadding(content.length),
    ]),
    tarEnd,
  ]);
  const tar = (...words: string[]): string =>
    execFileSync("tar", words, { input: archive, encoding: "utf8" });
  expect(tar("--list").trim().split("\n")).toEqual(files.map(([path]) => path));
  expect(tar("--extract", "--to-stdout", long)).toBe("x".repeat(513));
});

test("a path that the format can't hold is refused", () => {
  expect(() => tarHeader("x".repeat(101), 0)).toThrow(HarnessError);
});
