import { describe, expect, test } from "vitest";
import { ledger, sketchedStreams, traffic } from "../measurement/testing/sketched-ledger.ts";
import { at, goodTraffic, newPrimary, oldPrimary } from "../measurement/testing/sketched-run.ts";
import { changed, edits, moved } from "../measurement/testing/sketched-timeline.ts";
import type { LedgerEntry } from "../workload/ledger-entry.ts";
import { codesOf, judgedRun, messagesOf } from "./testing/judged-run.ts";

const delay = { name: "for: 5m", seconds: 300, source: { file: "dr.md", line: 190, text: "for: 5m" } };

function objectives(rtoSeconds: number | undefined, rpoSeconds: number | undefined) {
  return {
    started: {
      objectives: {
        sources: {},
        ...(rtoSeconds === undefined ? {} : { rtoSeconds }),
        ...(rpoSeconds === undefined ? {} : { rpoSeconds }),
      },
    },
  };
}

/** The last five writes before the fault, of either stream. */
const lastWrites = ({ stream, sentAt }: LedgerEntry): boolean =>
  stream !== "read-trade" && sentAt >= at.fault - 100 && sentAt < at.fault;

describe("rto", () => {
  // Verified until 12.3 s, the fault at 8 s: 4.3 s, and nothing uncertain about it.
  test("recovery in less than the target is met", () => {
    expect(judgedRun(objectives(4.301, 300)).verdict).toBe("met");
  });

  test("recovery in exactly the target exceeds it, for the document says less", () => {
    const judgement = judgedRun(objectives(4.3, 300));
    expect(judgement.verdict).toBe("missed");
    expect(messagesOf(judgement, "rto-exceeded")).toEqual([
      "Expected recovery in less than 4.3 s, found 4.3 s (at least 4.3 s).",
    ]);
  });

  test("a target between the bounds decides nothing", () => {
    const steps = {
      steps: [
        { id: "6", title: "Verify", startedAt: 11_000, finishedAt: 11_582, attributes: { verify: true } },
      ],
    };
    // The last failure was sent at 11.58 s, the first success answered at 11.605 s.
    const judgement = judgedRun({ ...objectives(3.6, 300), ...steps });
    expect(codesOf(judgement)).toEqual(["rto-undecided"]);
    expect(judgement.verdict).toBe("inconclusive");
    expect(messagesOf(judgement, "rto-undecided")[0]).toContain("between 3.582 s and 3.605 s");
  });

  test("documented delays count, although the run did not wait for them", () => {
    const started = { ...objectives(300, 300).started, documentedDelays: [delay] };
    expect(messagesOf(judgedRun({ started }), "rto-exceeded")).toEqual([
      "Expected recovery in less than 300 s, found 304.3 s (at least 304.3 s), 300 s of them documented delays.",
    ]);
  });

  test("a figure that is no number is not met", () => {
    const { verdict } = judgedRun({ started: { documentedDelays: [{ ...delay, seconds: Number.NaN }] } });
    expect(verdict).toBe("inconclusive");
  });
});

describe("rpo", () => {
  test("loss below the target is met, and no divergence", () => {
    // From the last survivor's acknowledgement, 7.885 s, to t₀ (the lost ones were all answered before).
    expect(judgedRun({ ...objectives(900, 0.116), lost: lastWrites }).findings).toEqual([]);
  });

  test("loss of the target or more exceeds it", () => {
    const judgement = judgedRun({ ...objectives(900, 0.115), lost: lastWrites });
    expect(judgement.verdict).toBe("missed");
    expect(messagesOf(judgement, "rpo-exceeded")).toEqual([
      "Expected postgres to lose less than 0.115 s of writes, found 0.115 s (10 writes lost).",
    ]);
  });

  test("loss that reaches the first write exceeds every target", () => {
    const judgement = judgedRun({ ...objectives(900, 1e9), lost: ({ sentAt }) => sentAt < at.fault });
    expect(judgement.verdict).toBe("missed");
    expect(messagesOf(judgement, "rpo-exceeded")[0]).toContain("that loss reaches back over all 5.995 s");
  });

  test("loss with no objective to hold it against is not met", () => {
    const judgement = judgedRun({ ...objectives(900, undefined), lost: lastWrites });
    expect(codesOf(judgement)).toEqual(["nothing-measured"]);
  });

  test("no loss needs no objective", () => {
    expect(judgedRun(objectives(900, undefined)).verdict).toBe("met");
  });

  test("a document without any objective can't be met", () => {
    expect(codesOf(judgedRun(objectives(undefined, undefined)))).toEqual(["nothing-measured"]);
  });
});

describe("not recovered", () => {
  const dead = ledger(
    ...sketchedStreams.map(({ name: stream }) => [
      ...traffic({ stream, from: at.workload, to: at.fault - 20, answeredBy: oldPrimary }),
      ...traffic({ stream, from: at.fault, to: 78_000, outcome: "not-sent" }),
    ]),
  );
  const noRecovery = edits(
    moved("observation-ended", 77_400),
    changed("recovery-observed", (event) => ({ ...event, recovered: false })),
    (sketches) => sketches.filter(([, { kind }]) => !kind.startsWith("aftershock")),
  );

  test("service that is gone 60 s and a client deadline after the last step did not recover", () => {
    const judgement = judgedRun({ entries: dead, edit: noRecovery });
    expect(judgement.verdict).toBe("missed");
    expect(messagesOf(judgement, "not-recovered")).toEqual([
      "Expected place-trade to work again within 65 s of the last step, found that no request succeeded after the last failure.",
      "Expected read-trade to work again within 65 s of the last step, found that no request succeeded after the last failure.",
    ]);
  });

  test("the longest time to live in play extends the bound", () => {
    const judgement = judgedRun({ entries: dead, edit: noRecovery, started: { longestTtlSeconds: 60 } });
    expect(messagesOf(judgement, "not-recovered")[0]).toContain("within 125 s");
  });

  test("service that comes back after the bound did not recover", () => {
    const late = ledger(
      ...sketchedStreams.map(({ name: stream }) => [
        ...traffic({ stream, from: at.workload, to: at.fault - 20, answeredBy: oldPrimary }),
        ...traffic({ stream, from: at.fault, to: 80_000, outcome: "not-sent" }),
        ...traffic({ stream, from: 80_020, to: 100_000, answeredBy: newPrimary }),
      ]),
    );
    const judgement = judgedRun({ entries: late, edit: moved("observation-ended", 100_000) });
    expect(messagesOf(judgement, "not-recovered")[0]).toBe(
      "Expected service within 65 s of the last step, found it back after 67.7 s at the earliest.",
    );
  });

  test("an observation that was cut short proves neither recovery nor its absence", () => {
    const judgement = judgedRun({ edit: moved("observation-ended", 15_000) });
    expect(judgement.verdict).toBe("inconclusive");
    expect(messagesOf(judgement, "nothing-measured")[0]).toContain(
      "success lasted 3.4 s to the end of observation, and must last 10.0 s",
    );
  });

  test("service that one stream of the application did not get back is not back", () => {
    const entries = ledger(
      goodTraffic("place-trade"),
      goodTraffic("postgres-direct"),
      traffic({ stream: "read-trade", from: at.workload, to: at.fault - 20 }),
      traffic({ stream: "read-trade", from: at.fault, to: 25_000, outcome: "not-sent" }),
    );
    const edit = changed("recovery-observed", (event) => ({ ...event, recovered: false }));
    const judgement = judgedRun({ entries, edit });
    expect(messagesOf(judgement, "not-recovered")[0]).toContain("Expected read-trade to work again");
  });
});
