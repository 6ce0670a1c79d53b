import { expect, test } from "vitest";
import { exposureFromLag } from "./exposure.ts";

const baseline = (bytes: number, slopeBytesPerSecond: number) => ({
  ratePerSecond: {},
  nodes: [],
  baseData: {},
  lag: { "postgres-replica": { bytes, slopeBytesPerSecond } },
});

test("lag that grows exposes to a loss that nothing bounds", () => {
  expect(exposureFromLag(baseline(9_000_000, 450_000.4))).toEqual({
    rpoSeconds: null,
    unbounded: true,
    items: [
      {
        name: "lag of postgres-replica",
        value: "9000000 bytes, growing by 450000 bytes a second",
        source: "replication state before the fault",
      },
    ],
  });
});

test("lag that only trembles does not grow", () => {
  const exposure = exposureFromLag(baseline(120, 300));
  expect(exposure.unbounded).toBe(false);
  expect(exposure.items[0]?.value).toBe("120 bytes, growing by less than 1 MiB a minute, if at all");
});
