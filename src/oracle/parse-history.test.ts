import { expect, test } from "vitest";
import { parseHistory } from "./parse-history.ts";

test("the last line of a history file names the parent and the switch point", () => {
  const text = "1\t0/3000148\tno recovery target specified\n\n2\t0/A000230\tno recovery target specified\n";
  expect(parseHistory(text)).toEqual({ parent: 2, switchLsn: "0/A000230" });
});

test("comments and empty lines are no ancestors", () => {
  expect(parseHistory("# written by hand\n\n")).toBeUndefined();
});
