import { expect, test } from "vitest";
import { formatLsn, parseLsn } from "./lsn.ts";

test("positions compare across the 4 GB boundary, which their text does not", () => {
  expect(parseLsn("1/0") > parseLsn("0/FFFFFFFF")).toBe(true);
  expect(parseLsn("A/0") > parseLsn("9/FFFFFFFF")).toBe(true);
  expect(parseLsn("10/0") > parseLsn("9/0")).toBe(true);
});

test("leading zeros make no difference", () => {
  expect(parseLsn("0/09799DE0")).toBe(parseLsn("0/9799DE0"));
  expect(formatLsn(parseLsn("0/09799DE0"))).toBe("0/9799DE0");
  expect(formatLsn(parseLsn("1F/0"))).toBe("1F/0");
});

test("what is no position is refused", () => {
  expect(() => parseLsn("3000148")).toThrow("no WAL position");
});
