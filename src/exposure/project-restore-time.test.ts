import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { predict } from "./fit-line.ts";
import { projectRestoreTime, type Projected, type RestoreProjection } from "./project-restore-time.ts";
import type { RestoreSample } from "./restore-sample.ts";
import { seededNormal } from "./testing/seeded-noise.ts";

const mb = 1_000_000;
const sizes = [50, 100, 200, 400, 800].map((size) => size * mb);
const quarter = 900;

function measured(secondsOf: (bytes: number, run: number) => number, runs = 3): RestoreSample[] {
  return sizes.flatMap((bytes) =>
    Array.from({ length: runs }, (_, run) => ({ bytes, seconds: secondsOf(bytes, run) })),
  );
}

function projected(projection: RestoreProjection): Projected {
  if (projection.kind === "not-projected") throw new Error(projection.why);
  return projection;
}

describe("a straight line without noise", () => {
  const line = (bytes: number) => 4 + (bytes / mb) * 0.1;

  test("is found exactly, and so is the size at which it breaks", () => {
    const { fit, breaksAt, limitBytes } = projected(projectRestoreTime(measured(line), quarter));
    expect(fit.interceptSeconds).toBeCloseTo(4, 9);
    expect(fit.secondsPerByte * mb).toBeCloseTo(0.1, 12);
    expect(limitBytes).toBe(16_000 * mb);
    for (const bytes of [breaksAt?.fromBytes, breaksAt?.likelyBytes, breaksAt?.toBytes]) {
      expect((bytes ?? 0) / mb).toBeCloseTo(8960, 3);
    }
  });

  test("says of a real size what it takes", () => {
    const at = (bytes: number) => projectRestoreTime(measured(line), quarter, bytes).real;
    expect(at(5000 * mb)).toMatchObject({ kind: "predicted", fits: "yes" });
    expect(at(9000 * mb)).toMatchObject({ kind: "predicted", fits: "no" });
    expect(at(16_001 * mb)).toEqual({
      kind: "not-predicted",
      bytes: 16_001 * mb,
      why: "It is more than 20 times the largest size measured; measure one of at least 800,050,000 bytes.",
    });
  });

  test("that stays under the objective to the limit does not break before it", () => {
    const gentle = (bytes: number) => 1 + (bytes / mb) * 0.01;
    expect(projected(projectRestoreTime(measured(gentle), quarter)).breaksAt).toBeNull();
  });

  test("whose fixed part alone is too long breaks at any size", () => {
    const slow = (bytes: number) => 1000 + bytes / mb;
    expect(projected(projectRestoreTime(measured(slow), quarter)).breaksAt).toEqual({
      fromBytes: 0,
      likelyBytes: 0,
      toBytes: 0,
    });
  });

  test("of any slope and intercept is found, and breaks where it says", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 60, noNaN: true }),
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        (a, b) => {
          const { fit, breaksAt, limitBytes } = projected(
            projectRestoreTime(
              measured((bytes) => a + (b * bytes) / mb),
              quarter,
            ),
          );
          expect(fit.secondsPerByte * mb).toBeCloseTo(b, 6);
          const truth = ((quarter - a) / b) * mb;
          if (truth > limitBytes) expect(breaksAt?.likelyBytes ?? null).toBeNull();
          else expect((breaksAt?.likelyBytes ?? 0) / truth).toBeCloseTo(1, 6);
        },
      ),
    );
  });
});

describe("a straight line with noise", () => {
  const series = 1000;
  const outcomes = Array.from({ length: series }, (_, seed) => {
    const normal = seededNormal(seed);
    const truth = (bytes: number) => 5 + (bytes / mb) * 0.2;
    const projection = projectRestoreTime(
      measured((bytes) => truth(bytes) + 2 * normal()),
      quarter,
      3000 * mb,
    );
    return { projection, next: truth(3000 * mb) + 2 * normal(), breaks: ((quarter - 5) / 0.2) * mb };
  });
  const straight = outcomes.filter(({ projection }) => projection.kind === "projected");

  test("is taken for a bent one in about one of a hundred series", () => {
    expect(series - straight.length).toBeGreaterThan(2);
    expect(series - straight.length).toBeLessThan(25);
  });

  test("holds the next restore in its interval 95 times of 100", () => {
    const held = straight.filter(
      ({ projection: { real }, next }) =>
        real?.kind === "predicted" && real.lower <= next && next <= real.upper,
    );
    expect(held.length / straight.length).toBeGreaterThan(0.93);
    expect(held.length / straight.length).toBeLessThan(0.97);
  });

  test("breaks within the interval that is given at least as often as promised", () => {
    const held = straight.filter(({ projection, breaks }) => {
      const at = projected(projection).breaksAt;
      return at !== null && at.fromBytes <= breaks && breaks <= (at.toBytes ?? Infinity);
    });
    expect(held.length / straight.length).toBeGreaterThan(0.94);
  });

  test("breaks exactly where the ends of the interval meet the objective", () => {
    for (const { projection } of straight.slice(0, 50)) {
      const { fit, breaksAt } = projected(projection);
      expect(predict(fit, breaksAt?.fromBytes ?? NaN).upper).toBeCloseTo(quarter, 6);
      expect(predict(fit, breaksAt?.toBytes ?? NaN).lower).toBeCloseTo(quarter, 6);
    }
  });
});

describe("nothing is projected", () => {
  test.each([
    ["grows faster", (bytes: number) => 3 + (bytes / mb) ** 2 / 5000, "faster"],
    ["grows more slowly", (bytes: number) => Math.sqrt(bytes / mb), "slower"],
  ])("from a time that %s than size", (_name, secondsOf, growth) => {
    const normal = seededNormal(7);
    for (const noise of [0, 0.3]) {
      const projection = projectRestoreTime(
        measured((bytes) => secondsOf(bytes) + noise * normal()),
        quarter,
        5000 * mb,
      );
      expect(projection).toMatchObject({ kind: "not-projected", lackOfFit: { growth } });
      expect(projection.real).toMatchObject({ kind: "not-predicted" });
    }
  });

  test("from a series in which one size stands out", () => {
    const projection = projectRestoreTime(
      measured((bytes, run) => 5 + (bytes / mb) * 0.1 + run * 0.1 + (bytes === 200 * mb ? 30 : 0)),
      quarter,
    );
    expect(projection).toMatchObject({ kind: "not-projected", lackOfFit: { growth: "irregular" } });
    if (projection.kind === "not-projected")
      expect(projection.why).toContain("at 200,000,000 bytes the mean is");
  });

  test.each([
    [measured((bytes) => bytes / mb).slice(3), "Only 4 of the 5 sizes"],
    [measured((bytes) => bytes / mb).slice(1), "The size of 50,000,000 bytes was restored twice"],
    [measured((bytes) => bytes / mb, 1), "The size of 50,000,000 bytes was restored once"],
    [[], "Only 0 of the 5 sizes"],
    [[{ bytes: 5, seconds: 0 }], "A sample of 5 bytes in 0 s is no measurement"],
  ])("from too few or broken samples", (samples, why) => {
    const projection = projectRestoreTime(samples, quarter);
    expect(projection.kind === "not-projected" ? projection.why : "").toContain(why);
  });

  test("for an objective or a size that is none", () => {
    expect(() => projectRestoreTime([], 0)).toThrow("Expected an objective in seconds above zero, found 0.");
    expect(() => projectRestoreTime([], 900, -1)).toThrow(
      "Expected a real size in bytes above zero, found -1.",
    );
  });
});

test("sizes that differ by a few pages are runs of one size", () => {
  const nearly = measured((bytes) => 2 + bytes / mb).map(({ bytes, seconds }, index) => ({
    bytes: bytes + (index % 3) * 8192,
    seconds: seconds + (index % 3) * 0.01,
  }));
  expect(projectRestoreTime(nearly, quarter).kind).toBe("projected");
});
