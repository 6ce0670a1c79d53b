import { expect, test } from "vitest";
import { formatBytes, parseBytes } from "./sandbox-limits.ts";

test.each([
  ["512m", 512 * 2 ** 20],
  ["4GiB", 4 * 2 ** 30],
  ["1.5g", 1.5 * 2 ** 30],
  ["1048576", 2 ** 20],
  ["64 kB", 65_536],
  ["lots", undefined],
  ["-1g", undefined],
  ["1x", undefined],
])("%s is %s bytes", (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test.each([
  [0, "0 bytes"],
  [20, "20 bytes"],
  [1536, "1.5 KiB"],
  [64 * 2 ** 20, "64 MiB"],
  [5 * 2 ** 40, "5 TiB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
