import { execFileSync } from "node:child_process";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { HarnessError } from "../harness-error.ts";
import { tarArchive } from "./tar-archive.ts";

test("tar lists what was put in, with modes, sizes and folders", async () => {
  const archive = await buffer(
    tarArchive([
      { path: "/etc/store/", mode: 0o777 },
      { path: "/etc/store/one.conf", mode: 0o640, content: "größer\n" },
      { path: "/etc/store/empty", mode: 0o644, content: "" },
    ]),
  );
  const listing = execFileSync("tar", ["--list", "--verbose", "--numeric-owner"], {
    input: archive,
    encoding: "utf8",
  });
  expect(listing).toMatch(/^drwxrwxrwx 0\/0 +0 .* etc\/store\/$/m);
  expect(listing).toMatch(/^-rw-r----- 0\/0 +9 .* etc\/store\/one\.conf$/m);
  expect(listing).toMatch(/^-rw-r--r-- 0\/0 +0 .* etc\/store\/empty$/m);
  const content = execFileSync("tar", ["--extract", "--to-stdout", "etc/store/one.conf"], {
    input: archive,
    encoding: "utf8",
  });
  expect(content).toBe("größer\n");
});

test("a path that the format can't hold is refused", () => {
  expect(() => tarArchive([{ path: `/${"x".repeat(101)}`, mode: 0o644 }])).toThrow(HarnessError);
});
