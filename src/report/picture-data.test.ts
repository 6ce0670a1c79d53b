import { describe, expect, it } from "vitest";
import { assembleEvidence } from "../evidence/assemble.ts";
import { sampleInterruptedRun } from "../evidence/testing/sample-interrupted.ts";
import { sampleMetRun } from "../evidence/testing/sample-met.ts";
import { sampleMissedRun } from "../evidence/testing/sample-missed.ts";
import type { SampleRun } from "../evidence/testing/sample-run.ts";
import { pictureData } from "./picture-data.ts";
import type { PictureData, RateSlice } from "./picture-data.ts";

function dataOf(run: SampleRun): PictureData {
  const data = pictureData(assembleEvidence(run.input), run.events, run.entries);
  if (data === undefined) throw new TypeError("the sample has requests");
  return data;
}

function counted(slices: readonly RateSlice[], field: "successesPerSecond" | "failuresPerSecond"): number {
  return slices.reduce((sum, slice) => sum + slice[field] * (slice.to - slice.from), 0);
}

describe("data of the picture", () => {
  it("every request after the beginning of the picture is in exactly one slice", () => {
    const run = sampleMetRun();
    const data = dataOf(run);
    for (const [index, stream] of ["place-trade", "read-trade", "postgres-direct"].entries()) {
      const slices = data.streams[index]?.slices ?? [];
      const mine = run.entries.filter(
        (entry) => entry.stream === stream && entry.sentAt / 1000 - 14 >= data.from,
      );
      const failed = mine.filter((entry) => entry.outcome !== "acknowledged");
      expect(failed.length).toBeGreaterThan(50);
      expect(counted(slices, "failuresPerSecond")).toBeCloseTo(failed.length);
      expect(counted(slices, "successesPerSecond")).toBeCloseTo(mine.length - failed.length);
    }
  });

  it("failures stand where the outage was, in seconds since the fault", () => {
    const slices = dataOf(sampleMetRun()).streams[0]?.slices ?? [];
    const failing = slices.filter((slice) => slice.failuresPerSecond > 0);
    expect(failing[0]?.from).toBeCloseTo(0);
    expect(failing.at(-1)?.to).toBeCloseTo(4.5);
  });

  it("a fault that was not lifted lasts to the end, and one that was lifted ends there", () => {
    const run = sampleMetRun();
    const data = dataOf(run);
    expect(data.faults).toMatchObject([{ from: 0, to: data.to }]);
    const evidence = assembleEvidence(run.input);
    const faults = evidence.faults.map((fault) => ({ ...fault, liftedAtSeconds: 20 }));
    expect(pictureData({ ...evidence, faults }, run.events, run.entries)?.faults).toMatchObject([
      { from: 0, to: 6 },
    ]);
  });

  it("damage that recovery undid ends where service came back, and what is left of it lasts to the end", () => {
    const run = sampleMetRun();
    const evidence = assembleEvidence(run.input);
    const damaged = (inForce: boolean) => {
      const faults = evidence.faults.map((fault) => ({
        ...fault,
        damage: true,
        atRecovery: { inForce, detail: "" },
      }));
      return pictureData({ ...evidence, faults }, run.events, run.entries);
    };
    expect(damaged(false)?.faults[0]?.to).toBeCloseTo(damaged(false)?.recovery?.to ?? 0);
    expect(damaged(true)?.faults[0]?.to).toBe(damaged(true)?.to);
  });

  it("every step has a bar of its own, with its outcome in words", () => {
    const bars = dataOf(sampleMissedRun()).bars;
    expect(bars.map((bar) => [bar.label, bar.kind])).toEqual([
      ["killNode(postgres)", "fault"],
      ["1  Check replica status", "bad"],
      ["2  Promote replica to primary", "bad"],
      ["3  Update DATABASE_URL in .env", "bad"],
      ["4  Restart backend services", "good"],
      ["5  Verify writes", "bad"],
    ]);
    expect(bars[3]?.note).toContain("no-effect");
  });

  it("recovery is marked where service came back, and nowhere when it did not", () => {
    expect(dataOf(sampleMetRun()).recovery?.to).toBeCloseTo(4.4049);
    expect(dataOf(sampleMissedRun()).recovery).toBeUndefined();
  });

  it("one stream that never came back means no recovery", () => {
    const run = sampleMetRun();
    const evidence = assembleEvidence(run.input);
    const streams = evidence.measured.streams.map((stream, index) =>
      index === 1 ? { ...stream, returnedAtSeconds: null } : stream,
    );
    const data = pictureData(
      { ...evidence, measured: { ...evidence.measured, streams } },
      run.events,
      run.entries,
    );
    expect(data?.recovery).toBeUndefined();
    expect(data?.streams[0]?.recovery).toBeDefined();
  });

  it("without a fault, time counts from the start of the run", () => {
    expect(dataOf(sampleInterruptedRun())).toMatchObject({ origin: "start", bars: [], faults: [] });
  });

  it("a run without a request has no picture", () => {
    const run = sampleInterruptedRun();
    expect(pictureData(assembleEvidence(run.input), run.events, [])).toBeUndefined();
  });

  it("an hour is cut into no more slices than a minute can have", () => {
    const run = sampleMetRun();
    const [first] = run.entries;
    const last = run.entries.at(-1);
    if (first === undefined || last === undefined) throw new TypeError("the sample has requests");
    const entries = [first, { ...last, sentAt: 3_600_000 }];
    const slices = pictureData(assembleEvidence(run.input), run.events, entries)?.streams[0]?.slices ?? [];
    expect(slices.length).toBeLessThanOrEqual(301);
  });
});
