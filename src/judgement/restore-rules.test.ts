import { expect, test } from "vitest";
import type { Reconciliation } from "../measurement/measurement.ts";
import type { RestoredReconciliation } from "../measurement/restored-copy.ts";
import { commitKey, type PostgresOracle } from "../oracle/oracle-evidence.ts";
import type { ArtefactFormat, BackupArtefact } from "../timeline/backup-artefact.ts";
import { ledger, traffic } from "../measurement/testing/sketched-ledger.ts";
import { oldPrimary, sketchedRun, type RunSketch } from "../measurement/testing/sketched-run.ts";
import { without, type Sketch } from "../measurement/testing/sketched-timeline.ts";
import type { EventOfKind } from "../measurement/events-of-kind.ts";
import type { FindingCode } from "./finding.ts";
import { judge } from "./judge.ts";
import { holding } from "./testing/judged-run.ts";

const restoreCodes: ReadonlySet<FindingCode> = new Set<FindingCode>([
  "backup-missing",
  "backup-not-encrypted",
  "backup-not-stored",
  "nothing-restored",
  "restore-incomplete",
  "restore-torn",
  "restore-damaged",
  "restore-not-from-backup",
  "recovery-target-missed",
  "recovery-target-undecided",
  "application-not-started",
  "configuration-differs",
  "secrets-not-readable",
  "original-damaged",
]);

function artefact(place: string, format: ArtefactFormat, sha256 = "aa"): BackupArtefact {
  return { place, path: `/backups/${format}`, bytes: format === "empty" ? 0 : 4_096, sha256, format };
}

const good = [artefact("operator", "cms-authenticated"), artefact("s3", "cms-authenticated")];

const goodApplication = {
  kind: "application-restored",
  service: "backend-test",
  healthy: true,
  detail: "it answers /health with 200",
  differing: [],
  sealed: { kept: 200, readable: 200 },
} as const;

interface Restore {
  readonly artefacts?: readonly BackupArtefact[];
  readonly answers?: boolean;
  readonly copy?: Partial<Reconciliation>;
  readonly original?: Partial<Reconciliation>;
  /** The instant to which the copy was to be recovered, and which writes it holds. */
  readonly recovery?: RestoredReconciliation["recovery"];
  readonly oracle?: PostgresOracle;
  /** Writes go on after the backup, and the copy has them. */
  readonly writesGoOn?: boolean;
  /** Another backup was made before any write. */
  readonly earlierBackup?: boolean;
  /** The application was started from a restored configuration, and is good but for this. */
  readonly application?: Partial<EventOfKind<"application-restored">>;
}

/** Codes and messages of a restore that is good but for what is given. */
function found({
  artefacts = good,
  answers = true,
  copy = {},
  original = {},
  writesGoOn = false,
  recovery,
  oracle,
  earlierBackup = false,
  application,
}: Restore): [FindingCode, string][] {
  const earlier: Sketch[] = [
    [1_000, { kind: "phase-started", phase: "backup" }],
    [1_500, { kind: "backup-observed", artefacts }],
  ];
  const events: Sketch[] = [
    ...(earlierBackup ? earlier : []),
    [3_000, { kind: "phase-started", phase: "backup" }],
    [5_000, { kind: "backup-observed", artefacts }],
    [
      8_000,
      {
        kind: "restore-observed",
        store: "postgres",
        service: "postgres-test",
        answers,
        detail: "it does not run",
      },
    ],
    ...(application === undefined ? [] : [[8_100, { ...goodApplication, ...application }] satisfies Sketch]),
  ];
  const sketch: RunSketch = {
    started: { scenarioKind: "restore" },
    // A restore breaks nothing.
    edit: (sketches) => [...without("fault-injected", "fault-observed")(sketches), ...events],
    entries: ledger(traffic({ from: 2_000, to: writesGoOn ? 7_000 : 4_500, answeredBy: oldPrimary })),
    reconciliation: original,
  };
  const [whole] = sketchedRun({ ...sketch, reconciliation: {} }).reconciliations;
  if (whole === undefined) throw new TypeError("the sketched run has a reconciliation");
  const reconciliation = { ...whole, ...copy };
  const restored = [
    { service: "postgres-test", reconciliation, ...(recovery === undefined ? {} : { recovery }) },
  ];
  const {
    events: recorded,
    measured,
    reconciliations,
  } = sketchedRun({
    ...sketch,
    measure: { restored, ...(oracle === undefined ? {} : { oracle: { postgres: oracle } }) },
  });
  const { findings } = judge({ events: recorded, measured, reconciliations, integrity: [holding] });
  return findings.flatMap(({ code, message }) => (restoreCodes.has(code) ? [[code, message]] : []));
}

test("a backup that is encrypted, stored elsewhere and restored whole has nothing to find", () => {
  expect(found({})).toEqual([]);
});

test.each([
  ["no file at all", [], "backup-missing"],
  ["only a manifest", [artefact("operator", "json")], "backup-missing"],
  [
    "an empty dump beside its copy",
    [artefact("operator", "empty"), artefact("s3", "empty")],
    "backup-missing",
  ],
  [
    "clear text in a format that nobody knows",
    [artefact("operator", "unknown"), artefact("s3", "unknown")],
    "backup-not-encrypted",
  ],
  ["a gzip'd dump", [artefact("operator", "gzip"), artefact("s3", "gzip")], "backup-not-encrypted"],
  [
    "a plain environment file",
    [artefact("operator", "text"), artefact("s3", "text")],
    "backup-not-encrypted",
  ],
  [
    "a file that only the operations host has",
    [artefact("operator", "cms-authenticated")],
    "backup-not-stored",
  ],
  [
    "another content under the same name in the store",
    [artefact("operator", "cms-authenticated", "aa"), artefact("s3", "cms-authenticated", "bb")],
    "backup-not-stored",
  ],
] as const)("%s is found", (_, artefacts, code) => {
  expect([...new Set(found({ artefacts }).map(([one]) => one))]).toEqual([code]);
});

test("a checksum and a manifest in clear beside an encrypted dump give nothing away", () => {
  expect(found({ artefacts: [...good, artefact("operator", "json"), artefact("s3", "checksum")] })).toEqual(
    [],
  );
});

test("a server that does not answer holds nothing restored", () => {
  expect(found({ answers: false })).toEqual([
    ["nothing-restored", "Expected a restored postgres in postgres-test, but it does not run."],
  ]);
});

test("what was acknowledged before the backup and is missing makes a restore incomplete, and so does old data", () => {
  const early = { id: 7, stream: "place-trade", writer: 1, payloadHash: "", dueAt: 2_000, sentAt: 2_000 };
  const lost = [{ ...early, answeredAt: 2_010, outcome: "acknowledged" as const }];
  expect(found({ copy: { lost } }).map(([code]) => code)).toEqual(["restore-incomplete"]);
  expect(found({ copy: { lost: lost.map((entry) => ({ ...entry, answeredAt: 4_000 })) } })).toEqual([]);
  expect(found({ copy: { baseDataLost: [-1, -2] } })).toEqual([
    [
      "restore-incomplete",
      "Expected postgres-test to hold the data of postgres from before the run, found 2 of it missing.",
    ],
  ]);
});

test("of two backups the last is to come back: nothing from before it may be missing, and all of it may be there", () => {
  const early = { id: 7, stream: "place-trade", writer: 1, payloadHash: "", dueAt: 2_000, sentAt: 2_000 };
  const lost = [{ ...early, answeredAt: 2_010, outcome: "acknowledged" as const }];
  expect(found({ earlierBackup: true })).toEqual([]);
  expect(found({ copy: { lost }, earlierBackup: true }).map(([code]) => code)).toEqual([
    "restore-incomplete",
  ]);
});

test("a copy that holds a write which was sent after the backup was over comes from somewhere else", () => {
  // Of a run whose writes go on to 23 s, with a backup that was over at 5 s.
  expect(found({ copy: { lost: [] } })).toEqual([]);
  const [[code, message] = []] = found({ copy: { lost: [] }, writesGoOn: true });
  expect(code).toBe("restore-not-from-backup");
  expect(message).toContain("sent after the backup was over");
});

/** One timeline whose third and last transaction ended after the target. */
const target = "2026-11-09 01:59:59+00";
const transactions = [1, 2, 3].map((id) => ({ id, answeredBy: { node: "a", timeline: 1, xid: `70${id}` } }));
const wal: PostgresOracle = {
  timelines: [
    {
      timeline: 1,
      parent: null,
      switchLsn: null,
      completeFrom: "0/1000",
      completeTo: "0/9000",
      nodes: ["a"],
      detail: "",
      ends: [
        { lsn: "0/2000", at: "2026-11-09 01:59:58.000000" },
        { lsn: "0/3000", at: "2026-11-09 01:59:59.000000" },
        { lsn: "0/4000", at: "2026-11-09 01:59:59.000001" },
      ],
    },
  ],
  commits: new Map([1, 2, 3].map((id) => [commitKey(1, `70${id}`), `0/${id + 1}000`])),
  contradictions: [],
  unread: [],
};

test("a recovery that holds what committed by the instant, and nothing later, has nothing to find", () => {
  const [one, two] = transactions;
  if (one === undefined || two === undefined) throw new TypeError("three transactions are there");
  const recovery = { target, original: transactions, copy: [one, two] };
  expect(found({ oracle: wal, recovery })).toEqual([]);
});

test("a recovery that stopped too early, or too late, missed its instant", () => {
  const recovered = (copy: typeof transactions): [FindingCode, string][] =>
    found({ oracle: wal, recovery: { target, original: transactions, copy } });
  expect(recovered(transactions.slice(0, 1))).toEqual([
    [
      "recovery-target-missed",
      "Expected postgres-test to hold the 2 writes that committed before the first transaction to end after 2026-11-09 01:59:59+00 (WAL 0/4000, at 2026-11-09 01:59:59.000001), found 1 write missing, write 2 first.",
    ],
  ]);
  expect(recovered(transactions)).toMatchObject([
    [
      "recovery-target-missed",
      expect.stringMatching(/found 1 write that committed later, write 3 first/) as string,
    ],
  ]);
});

test("without WAL nobody knows what a recovery had to bring back", () => {
  const recovery = { target, original: transactions, copy: transactions };
  expect(found({ recovery }).map(([code]) => code)).toEqual(["recovery-target-undecided"]);
});

test("an application that runs as the one in force and opens every secret has nothing to find", () => {
  expect(found({ application: {} })).toEqual([]);
});

test.each<[string, Partial<EventOfKind<"application-restored">>, FindingCode, string]>([
  [
    "an application that does not run",
    { healthy: false, detail: "its container does not run" },
    "application-not-started",
    "Expected the application to run in backend-test from the restored configuration, but its container does not run.",
  ],
  [
    "a variable that is not as in force",
    { differing: ["KEY"] },
    "configuration-differs",
    "Expected backend-test to have the configuration in force, the hosts of its stores aside, found 1 variable missing or of another value: KEY.",
  ],
  [
    "a key that opens all but one",
    { sealed: { kept: 200, readable: 199 } },
    "secrets-not-readable",
    "Expected the restored key in backend-test to open each of the 200 encrypted values of the restored database, found that it opens 199.",
  ],
])("%s is found", (_, application, code, message) => {
  expect(found({ application })).toEqual([[code, message]]);
});

test("whatever the original lost while a copy of it was made is held against the procedures", () => {
  const gone = { id: 7, stream: "place-trade", writer: 1, payloadHash: "", dueAt: 2_000, sentAt: 2_000 };
  const lost = [{ ...gone, answeredAt: 2_010, outcome: "acknowledged" as const }];
  expect(found({ original: { lost } }).map(([code]) => code)).toContain("original-damaged");
});

test.each([
  [{ gaps: [{ lost: 4, survivor: 5 }] }, "restore-torn"],
  [{ phantoms: [{ id: 99, reason: "it is in no ledger entry" }] }, "restore-damaged"],
  [{ changedPayloads: [{ id: 3, expected: "aa", found: "bb" }] }, "restore-damaged"],
  [{ duplicates: [{ id: 3, times: 2 }] }, "restore-damaged"],
] satisfies [Partial<Reconciliation>, FindingCode][])("a copy with %j is %s", (copy, code) => {
  expect(found({ copy }).map(([one]) => one)).toEqual([code]);
});

test("production that keeps everything does not hide a damaged copy, nor the other way round", () => {
  const [[, message] = ["", ""]] = found({ copy: { duplicates: [{ id: 3, times: 2 }] } });
  expect(message).toContain("postgres-test");
});
