import { expect, test } from "vitest";
import { without } from "../measurement/testing/sketched-timeline.ts";
import type { ArchivingObservation, FetchedSegment } from "../timeline/archiving-observation.ts";
import { archivingRules } from "./archiving-rules.ts";
import type { FindingCode } from "./finding.ts";
import { judgedRun } from "./testing/judged-run.ts";

const archived: ArchivingObservation = {
  node: "pg1",
  settings: { mode: "on", command: "push %p", timeoutSeconds: 60 },
  before: { archived: 4, failed: 0 },
  after: { archived: 7, failed: 0, lastArchived: "0B" },
  segments: ["0A", "0B"].map((segment) => ({
    segment,
    waitedSeconds: 0.5,
    copies: [
      { service: "pg1", content: "same", detail: "" },
      { service: "pg2", content: "same", detail: "" },
    ],
  })),
  overwrite: { segment: "0A", exitStatus: 45, unchanged: true, detail: "it is there already" },
};

/** The same look, but for what the first server and the second got for the first segment. */
function fetched(own: Partial<FetchedSegment>, other: Partial<FetchedSegment> = {}): ArchivingObservation {
  const segments = archived.segments.map((each, index) =>
    index > 0
      ? each
      : {
          ...each,
          waitedSeconds: 30.25,
          copies: each.copies.map((copy, place) => ({ ...copy, ...(place === 0 ? own : other) })),
        },
  );
  return { ...archived, segments };
}

const codes: ReadonlySet<string> = new Set(Object.keys(archivingRules));

function found(look: ArchivingObservation): [FindingCode, string][] {
  const { findings } = judgedRun({
    started: { scenarioKind: "procedure" },
    edit: (sketches) => [
      ...without("fault-injected", "fault-observed")(sketches),
      [12_500, { kind: "archiving-observed", ...look }],
    ],
  });
  return findings.flatMap(({ code, message }) => (codes.has(code) ? [[code, message]] : []));
}

test("WAL that every server gets back, under names that nothing else takes, is archived", () => {
  expect(found(archived)).toEqual([]);
});

test("a segment that does not come back is not archived, and what the server believes is said", () => {
  const look = fetched({ content: "none", detail: "cp: No such file" }, { content: "none", detail: "no" });
  expect(found({ ...look, after: { archived: 4, failed: 3, lastFailed: "0A" } })).toEqual([
    [
      "wal-not-archived",
      "Expected WAL that pg1 finished to be in its archive, found 1 of 2 segments not to come back from it within 30.25 s (0A: cp: No such file); archive_mode is on, archive_command is `push %p`, and pg_stat_archiver counts 0 archived and 3 failed meanwhile (last failed: 0A).",
    ],
  ]);
});

test("another content under the segment's name is not the segment", () => {
  expect(found(fetched({ content: "different" }))[0]?.[1]).toContain("(0A: it has another content there)");
});

test("an archive that no other server reaches goes with the server", () => {
  expect(found(fetched({}, { content: "none", detail: "cp: No such file" }))).toEqual([
    [
      "archive-goes-with-server",
      "Expected pg2 to get the archived WAL of pg1, which is needed when that is lost, found 1 of 2 archived segments not there for it (0A: cp: No such file).",
    ],
  ]);
});

test.each([
  [0, false, "that it ended with 0 and 0A is no longer what it was"],
  [1, false, "that it ended with 1 and 0A is no longer what it was"],
  [0, true, "that it says it had archived it and kept the old one"],
])("exit status %i with the old content there: %s is no refusal", (exitStatus, unchanged, said) => {
  expect(found({ ...archived, overwrite: { segment: "0A", exitStatus, unchanged, detail: "" } })).toEqual([
    [
      "archive-overwritten",
      `Expected the archive_command of pg1 to refuse another content under the name of an archived segment, found ${said}.`,
    ],
  ]);
});
