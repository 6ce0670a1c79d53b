import { expect, test } from "vitest";
import { without, type Sketch } from "../measurement/testing/sketched-timeline.ts";
import type { InheritedBackup, KeptBackup } from "../timeline/inherited-backup.ts";
import type { FindingCode } from "./finding.ts";
import { judgedRun } from "./testing/judged-run.ts";

const day = 86_400;
const clock = 100 * day;
const promise = { seconds: 30 * day, source: { file: "dr.md", line: 30, text: "Retention: 30 days" } };
const places = ["operator", "s3"];

type Copy = Partial<Pick<KeptBackup, "whole" | "left">>;

const whole: Copy = { whole: 1, left: 1 };
const gone: Copy = { whole: 0, left: 0 };
const hidden: Copy = { whole: 0, left: 1 };

const old: InheritedBackup = { name: "old", madeAt: clock - 31 * day, good: true, files: [] };
const fresh: InheritedBackup = { name: "fresh", madeAt: clock - day, good: true, files: [] };
const failed: InheritedBackup = { name: "failed", madeAt: clock - day, good: false, files: [] };

/** What was found of each backup, by place: the same in both, unless it says otherwise. */
type Kept = readonly (readonly [InheritedBackup, Copy, Copy?])[];

function laid(kept: Kept, stated = true): Sketch {
  const backups = kept.map(([backup]) => backup);
  return [8_500, { kind: "backups-inherited", clock, backups, ...(stated ? { promise } : {}) }];
}

function looked(kept: Kept): Sketch {
  const copies = kept.flatMap(([{ name }, local, stored = local]) =>
    places.map((place, index) => ({
      ...{ backup: name, place, files: 1, whole: 1, left: 1 },
      ...(index === 0 ? local : stored),
    })),
  );
  return [12_500, { kind: "kept-observed", clock: clock + 60, kept: copies }];
}

const codes: ReadonlySet<FindingCode> = new Set<FindingCode>([
  "last-backup-deleted",
  "kept-too-short",
  "kept-too-long",
  "nothing-measured",
]);

/** Codes and messages of a procedure that does what it should, but for what was kept. */
function found(...events: readonly Sketch[]): [FindingCode, string][] {
  const { findings } = judgedRun({
    started: { scenarioKind: "procedure" },
    edit: (sketches) => [...without("fault-injected", "fault-observed")(sketches), ...events],
  });
  return findings.flatMap(({ code, message }) => (codes.has(code) ? [[code, message]] : []));
}

function foundOf(...kept: Kept): [FindingCode, string][] {
  return found(laid(kept), looked(kept));
}

test("what is young is there, and what is old is gone: nothing to find", () => {
  expect(foundOf([fresh, whole], [old, gone], [failed, gone])).toEqual([]);
});

test("a young backup that is gone, or that no restore finds, was kept too short", () => {
  expect(
    foundOf([fresh, whole], [{ ...fresh, name: "younger", madeAt: clock - 2 * day }, gone, hidden]),
  ).toEqual([
    [
      "kept-too-short",
      "Expected operator to keep backups 30 days (dr.md, line 30), and the last good one longer, found 1 backup not there: younger.",
    ],
    [
      "kept-too-short",
      "Expected s3 to keep backups 30 days (dr.md, line 30), and the last good one longer, found 1 backup not there: younger (as an old version or under another name).",
    ],
  ]);
});

test.each([
  [whole, "old"],
  [hidden, "old (as an old version or under another name)"],
])("an old backup of which the store still has %j was kept too long", (copy, listed) => {
  expect(foundOf([fresh, whole], [old, gone, copy])).toEqual([
    [
      "kept-too-long",
      `Expected s3 to hold nothing of backups older than 30 days (dr.md, line 30), found 1 backup still there: ${listed}.`,
    ],
  ]);
});

test("the last good backup is lost when no place has it whole, and only kept too short where one has", () => {
  expect(foundOf([old, whole], [failed, whole])).toEqual([]);
  expect(foundOf([old, gone, hidden], [failed, whole])).toEqual([
    [
      "last-backup-deleted",
      "Expected the last good backup (old) to stay however old it is, found it gone from operator and as an old version or under another name on s3.",
    ],
  ]);
  expect(foundOf([old, gone, whole], [failed, whole]).map(([code]) => code)).toEqual(["kept-too-short"]);
});

test("what an earlier look found is not found again", () => {
  const kept: Kept = [
    [fresh, whole],
    [old, whole],
  ];
  const [at, look] = looked(kept);
  expect(found(laid(kept), [at, look], [at + 100, look]).map(([code]) => code)).toEqual([
    "kept-too-long",
    "kept-too-long",
  ]);
});

test("backups that nobody looked at again, or that nobody promised anything of, show nothing", () => {
  const kept: Kept = [[fresh, whole]];
  expect(found(laid(kept))).toEqual([
    [
      "nothing-measured",
      "Expected somebody to look at what was kept of earlier backups, found that nobody did.",
    ],
  ]);
  expect(found(laid(kept, false), looked(kept))).toEqual([
    [
      "nothing-measured",
      "Expected the document or the system's to say how long backups are kept, found it in neither.",
    ],
  ]);
});

const ofInstants = { ...promise, of: "instants" as const };

/** The same, where every instant of thirty days is promised. */
function foundOfInstants(...kept: Kept): [FindingCode, string][] {
  const [at, event] = laid(kept);
  return found([at, { ...event, promise: ofInstants } as typeof event], looked(kept));
}

test("an instant is reached from the backup before it: the newest that is older stays, and none before it", () => {
  const oldest: InheritedBackup = { ...old, name: "oldest", madeAt: clock - 33 * day };
  expect(foundOfInstants([oldest, gone], [old, whole], [fresh, whole])).toEqual([]);
  expect(foundOfInstants([oldest, whole, gone], [old, gone, whole], [fresh, whole])).toEqual([
    [
      "kept-too-short",
      "Expected operator to hold what each instant of the last 30 days (dr.md, line 30) needs, found 1 of the days laid not there: old.",
    ],
    [
      "kept-too-long",
      "Expected operator to hold nothing that no instant of the last 30 days (dr.md, line 30) needs, found 1 of the days laid still there: oldest.",
    ],
  ]);
});
