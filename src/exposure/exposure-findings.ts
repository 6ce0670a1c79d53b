import type { Objectives } from "../timeline/event.ts";
import { archiveFindings } from "./archive-findings.ts";
import type { BackupPromises, Mechanism, Store } from "./backup-promise.ts";
import { findCron } from "./cron.ts";
import type { DocumentLine } from "./document-line.ts";
import { isGoneBeforeTheNext } from "./survival.ts";
import type { WorstCaseRow } from "./worst-case-loss.ts";
import { capitalised, linesOf, sayDuration, sayLines, sayMechanism } from "./wording.ts";

/** A promise that can't hold, or a contradiction, shown from the document's own lines. */
export interface ExposureFinding {
  readonly code: ExposureCode;
  /** What was read, from which lines, and why it can't hold. */
  readonly message: string;
  /** What would have to be there. */
  readonly needed: string;
  readonly lines: readonly DocumentLine[];
}

/** Every way in which a document can contradict itself. */
export const exposureCodes = [
  "loss-exceeds-rpo",
  "replication-copies-damage",
  "wal-without-base-backup",
  "archive-goes-with-server",
  "archive-keeps-nothing",
  "archive-not-bounded",
  "archive-mode-missing",
  "wal-shorter-than-base",
  "kept-too-short",
  "schedules-disagree",
  "upload-is-conditional",
  "estimate-exceeds-rto",
  "estimate-with-delay-exceeds-rto",
] as const;

export type ExposureCode = (typeof exposureCodes)[number];

const whatHappened = {
  "node-lost": "when the node that serves dies",
  "nodes-lost": "when all nodes, or the storage that holds them, are gone",
  "logical-damage": "after damage that replication copies (a wrong UPDATE, a DROP TABLE)",
  "backup-store-lost": "when the store of the backups is gone",
  "configuration-lost": "when the configuration is lost",
} as const;

const whatIsNeeded: Readonly<Record<Store, (often: string) => string>> = {
  database: (often) =>
    `WAL that leaves the server more often than every ${often} (archive_timeout), with a base backup to apply it to, both kept where the disaster does not reach`,
  redis: (often) =>
    `a copy of the RDB or AOF file that is made more often than every ${often} and kept where the disaster does not reach`,
  configuration: (often) => `a copy that is made more often than every ${often}, or on each change`,
};

/** Everything that shows from the lines of a document that its promise can't hold. */
export function findWhatCannotHold(
  promises: BackupPromises,
  objectives: Objectives,
  rows: readonly WorstCaseRow[],
): ExposureFinding[] {
  return [
    ...lossFindings(rows, objectives),
    ...replicationFinding(promises, rows),
    ...archiveFindings(promises),
    ...promises.mechanisms.flatMap(keptTooShort),
    ...schedulesDisagree(promises),
    ...promises.mechanisms.flatMap(conditionalUpload),
  ];
}

/** One finding for the disasters after which the same is lost for the same reason. */
function lossFindings(rows: readonly WorstCaseRow[], objectives: Objectives): ExposureFinding[] {
  const broken = rows.filter(({ promise }) => promise === "cannot-hold");
  const keyOf = ({ store, loss, sentence, disaster }: WorstCaseRow): string =>
    `${store} ${loss === "everything" ? disaster : sentence}`;
  return [...new Set(broken.map(keyOf))].map((key) =>
    lossFinding(
      broken.filter((row) => keyOf(row) === key),
      objectives,
    ),
  );
}

function lossFinding(rows: readonly WorstCaseRow[], { rpoSeconds, sources }: Objectives): ExposureFinding {
  const [first] = rows;
  if (first === undefined) throw new TypeError("a finding needs at least one disaster");
  const what = capitalised(rows.map(({ disaster }) => whatHappened[disaster]).join(", and "));
  const of = first.store === "redis" ? "Redis, " : "";
  const promised = `${sayDuration(rpoSeconds ?? 0)} (${sayLines(sources.rpo)})`;
  const message =
    first.loss === "everything"
      ? `${of}${of === "" ? what : uncapitalised(what)}: nothing that the document describes brings the data back; promised is a loss of less than ${promised}. ${first.others.join(" ")}`.trim()
      : `${of}${of === "" ? what : uncapitalised(what)}: ${uncapitalised(first.sentence)}`;
  return {
    code: "loss-exceeds-rpo",
    message,
    needed: `Needed: ${whatIsNeeded[first.store](sayDuration(rpoSeconds ?? 0))}.`,
    lines: linesOf(...rows.flatMap(({ lines }) => lines)),
  };
}

function uncapitalised(sentence: string): string {
  return sentence.replace(/^[A-Z](?=[a-z ])/, (first) => first.toLowerCase());
}

/** Replication is no backup: named where the document has nothing better against logical damage. */
function replicationFinding(promises: BackupPromises, rows: readonly WorstCaseRow[]): ExposureFinding[] {
  const claim = promises.claimsReplication;
  return promises.mechanisms.flatMap((mechanism) => {
    const isOpen = rows.some(
      ({ disaster, store, promise }) =>
        disaster === "logical-damage" && store === mechanism.store && promise === "cannot-hold",
    );
    if (mechanism.kind !== "replication" || mechanism.delay !== null || !isOpen) return [];
    const rests =
      claim === null
        ? ""
        : `, although the RPO is said to be reached by it (“${claim.text}”, ${sayLines(claim)})`;
    return [
      {
        code: "replication-copies-damage",
        message: `${capitalised(sayMechanism(mechanism))} covers no logical damage: a wrong UPDATE or a deletion is on the replica as soon as on the primary${rests}.`,
        needed: "Needed: recovery to a moment before the damage, or a replica that stays behind on purpose.",
        lines: linesOf(mechanism.source, claim),
      },
    ];
  });
}

/** What is deleted before the next one is made leaves times without any backup. */
function keptTooShort(mechanism: Mechanism): ExposureFinding[] {
  const { retention, schedule, kind } = mechanism;
  if (kind === "wal-archive" || kind === "replication" || !isGoneBeforeTheNext(mechanism)) return [];
  if (retention === null || schedule?.is.kind !== "interval") return [];
  return [
    {
      code: "kept-too-short",
      message: `${capitalised(sayMechanism(mechanism))} is kept ${sayDuration(retention.seconds)} (${sayLines(retention.source)}) and made only every ${sayDuration(schedule.is.seconds)}: in between there is none.`,
      needed: `Needed: a retention of more than ${sayDuration(schedule.is.seconds)}.`,
      lines: linesOf(schedule.source, retention.source),
    },
  ];
}

/** What is promised in words and what the crontab runs, where there is one of each. */
function schedulesDisagree({ mechanisms }: BackupPromises): ExposureFinding[] {
  const scheduled = mechanisms.flatMap((mechanism) =>
    mechanism.schedule?.is.kind === "interval"
      ? [{ mechanism, seconds: mechanism.schedule.is.seconds, source: mechanism.schedule.source }]
      : [],
  );
  return scheduled.flatMap((job) => {
    const same = scheduled.filter(
      ({ mechanism }) => mechanism.kind === job.mechanism.kind && mechanism.store === job.mechanism.store,
    );
    const [promised, ...more] = same.filter((each) => each !== job);
    const isJob = (source: DocumentLine): boolean => findCron(source.text) !== undefined;
    if (promised === undefined || more.length > 0 || !isJob(job.source) || isJob(promised.source)) return [];
    if (job.seconds <= promised.seconds) return [];
    return [
      {
        code: "schedules-disagree" as const,
        message: `${capitalised(sayMechanism(promised.mechanism))} is promised every ${sayDuration(promised.seconds)}, and the entry of the crontab (${sayLines(job.source)}) runs only every ${sayDuration(job.seconds)}.`,
        needed: `Needed: an entry that runs at least every ${sayDuration(promised.seconds)}, or a word on what else it is for.`,
        lines: linesOf(promised.source, job.source),
      },
    ];
  });
}

function conditionalUpload(mechanism: Mechanism): ExposureFinding[] {
  const { condition, storage } = mechanism;
  const promised = storage.find(
    ({ place, source }) => place === "object-store" && source.line !== condition?.line,
  );
  if (condition === null || promised === undefined) return [];
  return [
    {
      code: "upload-is-conditional",
      message: `“${promised.text}” (${sayLines(promised.source)}) is promised for ${sayMechanism(mechanism)}, and its script uploads only under a condition (“${condition.text}”, ${sayLines(condition)}): where it does not hold, the script ends as if it had.`,
      needed: "Needed: a script that fails when it can't upload.",
      lines: linesOf(mechanism.source, promised.source, condition),
    },
  ];
}
