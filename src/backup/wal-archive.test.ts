import { expect, test } from "vitest";
import { saidBy, walCommand } from "./wal-archive.ts";

test("a command gets the segment's name and path, and %% is a percent sign", () => {
  expect(walCommand("cp %p /archive/%f # 100%%", { f: "0000A", p: "pg_wal/0000A" })).toBe(
    "cp pg_wal/0000A /archive/0000A # 100%",
  );
});

test.each([
  [{ exitStatus: 1, stdout: "out", stderr: "first\nlast\n" }, "last"],
  [{ exitStatus: 1, stdout: "out\n", stderr: "" }, "out"],
  [{ exitStatus: 3, stdout: "", stderr: "" }, "exit status 3, and nothing said"],
])("of %j the last line is what it said", (result, said) => {
  expect(saidBy(result)).toBe(said);
});
