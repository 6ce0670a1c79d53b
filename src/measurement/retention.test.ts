import { expect, test } from "vitest";
import type { InheritedBackup, KeptBackup } from "../timeline/inherited-backup.ts";
import { measureRetention } from "./retention.ts";
import { timeline } from "./testing/sketched-timeline.ts";

const day = 86_400;
const laidAt = 100 * day;
const promise = { seconds: 30 * day, source: { file: "dr.md", line: 30, text: "Retention: 30 days" } };

function aged(seconds: number, good = true): InheritedBackup {
  return { name: `${String(seconds)} s`, madeAt: laidAt - seconds, good, files: [] };
}

/** What is measured of backups of which nothing was deleted in the ten seconds that the procedure took. */
function measured(backups: readonly InheritedBackup[], copy: Partial<KeptBackup> = {}, of?: "instants") {
  const kept = backups.map(({ name }) => ({
    ...{ backup: name, place: "s3", files: 2, whole: 2, left: 2 },
    ...copy,
  }));
  const events = timeline(
    [
      1_000,
      { kind: "backups-inherited", clock: laidAt, backups, promise: { ...promise, ...(of && { of }) } },
    ],
    [11_000, { kind: "kept-observed", clock: laidAt + 10, kept }],
  );
  return measureRetention(events).flatMap((look) => look.backups);
}

test.each([
  ["a second over the promise when the procedure began", 30 * day + 1, "delete"],
  ["of the promised age while the procedure went on", 30 * day - 5, "either"],
  ["a second under the promise when the procedure was over", 30 * day - 11, "keep"],
])("a good backup %s is due: %s s, %s", (_, age, due) => {
  expect(measured([aged(age), aged(day)])[0]).toMatchObject({ due, isLastGood: false });
});

test("the newest good backup stays at whatever age, and an older good one does not", () => {
  const backups = [aged(33 * day), aged(40 * day), aged(day, false)];
  expect(measured(backups).map(({ due }) => due)).toEqual(["keep", "delete", "either"]);
});

test("a failed backup has to be gone in time, and nobody promised to keep it until then", () => {
  expect(measured([aged(31 * day, false), aged(29 * day, false)]).map(({ due }) => due)).toEqual([
    "delete",
    "either",
  ]);
});

test.each([
  [{ whole: 2, left: 2 }, "whole"],
  [{ whole: 1, left: 1 }, "incomplete"],
  [{ whole: 1, left: 2 }, "incomplete"],
  [{ whole: 0, left: 1 }, "hidden"],
  [{ whole: 0, left: 0 }, "gone"],
])("of two files %j is %s", (copy, found) => {
  expect(measured([aged(day)], copy)[0]?.found).toBe(found);
});

test("a later look holds everything against what was laid until then", () => {
  const first = aged(33 * day);
  const second = aged(day);
  const copy = (name: string) => ({ backup: name, place: "s3", files: 1, whole: 1, left: 1 });
  const events = timeline(
    [1_000, { kind: "backups-inherited", clock: laidAt, backups: [first], promise }],
    [2_000, { kind: "kept-observed", clock: laidAt + 1, kept: [copy(first.name)] }],
    [3_000, { kind: "backups-inherited", clock: laidAt + 2, backups: [second], promise }],
    [4_000, { kind: "kept-observed", clock: laidAt + 3, kept: [copy(first.name), copy(second.name)] }],
  );
  expect(measureRetention(events).map(({ backups }) => backups.map(({ due }) => due))).toEqual([
    ["keep"],
    ["delete", "keep"],
  ]);
});

test("without a promise nothing is measured", () => {
  const events = timeline(
    [1_000, { kind: "backups-inherited", clock: laidAt, backups: [] }],
    [2_000, { kind: "kept-observed", clock: laidAt, kept: [] }],
  );
  expect(measureRetention(events)).toEqual([]);
});

test.each([
  ["a second over the promise when the procedure began", 30 * day + 1, "delete"],
  ["of the promised age while the procedure went on", 30 * day - 5, "either"],
  ["a second under the promise when the procedure was over", 30 * day - 11, "keep"],
])("for instants a backup is due by the age of the next one, which is %s: %s s, %s", (_, age, due) => {
  const backups = [aged(90 * day), aged(age), aged(day)];
  expect(measured(backups, {}, "instants").map((backup) => backup.due)).toEqual([due, "keep", "keep"]);
});
