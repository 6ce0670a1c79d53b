import { describe, expect, it } from "vitest";
import {
  countOf,
  formatBytes,
  formatInterval,
  formatNumberPerSecond,
  formatSeconds,
  formatShare,
  formatTarget,
} from "./figures.ts";

describe("figures", () => {
  it.each([
    [0, "0 s"],
    [0.0000004, "4e-7 s"],
    [0.0479, "0.048 s"],
    [0.31, "0.310 s"],
    [4.405, "4.41 s"],
    [18.44, "18.4 s"],
    [305.06, "305 s"],
    [2592, "2,592 s"],
    [-0.5, "-0.500 s"],
  ])("%d seconds read %s", (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  it("a target is told in minutes or hours too", () => {
    expect(formatTarget(900)).toBe("900 s (15 min)");
    expect(formatTarget(7200)).toBe("7,200 s (2 h)");
    expect(formatTarget(1)).toBe("1.00 s");
  });

  it("bounds have the digits that tell them apart", () => {
    expect(formatInterval(4.3521, 4.4049)).toBe("4.352 to 4.405 s");
    expect(formatInterval(4.1, 6.2)).toBe("4.10 to 6.20 s");
    expect(formatInterval(5.06, 5.06)).toBe("5.06 s");
  });

  it("one is singular and none is said in words", () => {
    expect([0, 1, 1543].map((count) => countOf(count, "write"))).toEqual([
      "no write",
      "1 write",
      "1,543 writes",
    ]);
  });

  it("shares, bytes and slopes carry their units", () => {
    expect(formatShare(0.00195)).toBe("0.195 %");
    expect(formatBytes(312)).toBe("312 bytes");
    expect(formatBytes(8_321_040_384)).toBe("7.7 GiB");
    expect(formatNumberPerSecond(4.2)).toBe("+4.20");
    expect(formatNumberPerSecond(-4.2)).toBe("-4.20");
  });
});
