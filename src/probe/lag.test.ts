import { expect, test } from "vitest";
import { isStalled, summariseLag } from "./lag.ts";

test("a lag that grows by a megabyte a second has that slope", () => {
  const samples = [0, 200, 400, 600].map((atMs) => ({
    atMs: 5_000 + atMs,
    bytes: 100 + atMs * 1_000,
    received: 0,
  }));
  const { bytes, slopeBytesPerSecond } = summariseLag(samples);
  expect(bytes).toBe(600_100);
  expect(slopeBytesPerSecond).toBeCloseTo(1_000_000);
});

test("a steady lag has none, however large", () => {
  expect(summariseLag([0, 1, 2].map((atMs) => ({ atMs, bytes: 7_000, received: atMs })))).toEqual({
    bytes: 7_000,
    slopeBytesPerSecond: 0,
  });
});

test("one sample has no slope", () => {
  expect(summariseLag([{ atMs: 3, bytes: 9, received: 0 }])).toEqual({ bytes: 9, slopeBytesPerSecond: 0 });
});

test("a replica that receives nothing while its primary writes is stalled", () => {
  expect(isStalled([0, 1, 2].map((atMs) => ({ atMs, bytes: atMs * 100, received: 5_000 })))).toBe(true);
});

test("a replica that falls behind and still receives is not stalled", () => {
  expect(isStalled([0, 1, 2].map((atMs) => ({ atMs, bytes: atMs * 100, received: atMs })))).toBe(false);
});

test("a replica of a primary that writes nothing is not stalled", () => {
  expect(isStalled([0, 1, 2].map((atMs) => ({ atMs, bytes: 0, received: 5_000 })))).toBe(false);
});
