import type { Objectives } from "../timeline/event.ts";
import type { BackupPromises, Store } from "./backup-promise.ts";
import {
  coverageOf,
  sayCoverage,
  type Coverage,
  type Disaster,
  type Loss,
  type Observed,
} from "./coverage.ts";
import type { DocumentLine, NotUnderstood } from "./document-line.ts";
import { findWhatCannotHold, type ExposureFinding } from "./exposure-findings.ts";
import { storeLost } from "./store-lost.ts";
import { capitalised, linesOf, sayDuration, sayLines, sayMechanism } from "./wording.ts";

/** The worst that one disaster can do to one store, as far as the document goes. */
export interface WorstCaseRow {
  readonly disaster: Disaster;
  readonly store: Store;
  /** The mechanism that brings most back; null where none does. */
  readonly coveredBy: string | null;
  /** `everything`: nothing brings it back. */
  readonly loss: Loss["kind"] | "everything";
  /** Null where the loss is not bounded, or not known. */
  readonly lossSeconds: number | null;
  /** More than `lossSeconds`, by the time that making a copy takes, which nobody measured. */
  readonly isAtLeast: boolean;
  /** Whether the promised RPO can hold. `undecided`: the document leaves open what decides it. */
  readonly promise: "holds" | "cannot-hold" | "undecided" | "none-stated";
  /** What was read, from which lines. */
  readonly sentence: string;
  readonly lines: readonly DocumentLine[];
  /** Every other mechanism, with why it is no better. */
  readonly others: readonly string[];
}

/** What a document can lose at worst, from its schedules alone. */
export interface WorstCase {
  readonly rpoSeconds: number | null;
  readonly rows: readonly WorstCaseRow[];
  readonly findings: readonly ExposureFinding[];
  readonly notUnderstood: readonly NotUnderstood[];
}

/**
 * For each disaster which mechanism of the document covers it, what is lost at worst, and whether the promised RPO can hold, whatever
 * one run measured: a daily dump loses a day, a WAL archive what its `archive_timeout` allows (and everything without a base backup,
 * or when it lies on the server that is lost), replication its lag, and it covers no damage that it copies.
 *
 * @param observed Lag and duration of a backup, where they were measured.
 */
export function worstCaseLoss(
  promises: BackupPromises,
  objectives: Objectives,
  observed: Observed = {},
): WorstCase {
  if (promises.mechanisms.length === 0) return nothingDescribed(promises, objectives);
  const rows = [
    ...storesOf(promises).flatMap((store) =>
      (["node-lost", "nodes-lost", "logical-damage"] as const).map((disaster) =>
        worstOf(disaster, store, promises, objectives, observed),
      ),
    ),
    ...storeLost(promises, observed),
    ...(promises.mechanisms.some(({ store }) => store === "configuration")
      ? [worstOf("configuration-lost", "configuration", promises, objectives, observed)]
      : []),
  ];
  return {
    rpoSeconds: objectives.rpoSeconds ?? null,
    rows,
    findings: findWhatCannotHold(promises, objectives, rows),
    notUnderstood: promises.notUnderstood,
  };
}

/** A runbook of a failover promises no backup, and is not reproached for it. */
function nothingDescribed({ file, notUnderstood }: BackupPromises, { rpoSeconds }: Objectives): WorstCase {
  const why = "The document describes no backup and no replication that could be read.";
  return {
    rpoSeconds: rpoSeconds ?? null,
    rows: [],
    findings: [],
    notUnderstood: [...notUnderstood, { source: { file, line: 1, text: "" }, why }],
  };
}

/** Redis counts where the document means to keep it. */
function storesOf({ mechanisms }: BackupPromises): Store[] {
  return mechanisms.some(({ store }) => store === "redis") ? ["database", "redis"] : ["database"];
}

function worstOf(
  disaster: Disaster,
  store: Store,
  promises: BackupPromises,
  objectives: Objectives,
  observed: Observed,
): WorstCaseRow {
  const coverages = promises.mechanisms
    .filter((each) => each.store === store)
    .map((each) => coverageOf(each, disaster, promises, observed));
  const judged = coverages
    .filter(({ covers }) => covers !== "no")
    .map((coverage) => ({ coverage, promise: promiseOf(coverage, objectives) }))
    .sort((a, b) => rank(a.promise) - rank(b.promise) || order(a.coverage) - order(b.coverage));
  const [best] = judged;
  const rest = coverages.filter((each) => each !== best?.coverage);
  const others = [...new Set(rest.map((each) => capitalised(`${sayCoverage(each)}.`)))];
  if (best === undefined) {
    return {
      disaster,
      store,
      coveredBy: null,
      loss: "everything",
      lossSeconds: null,
      isAtLeast: false,
      promise: objectives.rpoSeconds === undefined ? "none-stated" : "cannot-hold",
      sentence: "Nothing that the document describes brings the data back.",
      lines: linesOf(...coverages.flatMap(({ lines }) => lines), objectives.sources.rpo),
      others,
    };
  }
  const { coverage, promise } = best;
  return {
    disaster,
    store,
    coveredBy: sayMechanism(coverage.mechanism),
    loss: coverage.loss.kind,
    lossSeconds: coverage.loss.kind === "bounded" ? coverage.loss.seconds : null,
    isAtLeast: coverage.loss.kind === "bounded" && coverage.loss.atLeast === true,
    promise,
    sentence: capitalised(`${sayCoverage(coverage)}${against(objectives)}.`),
    lines: linesOf(...coverage.lines, objectives.sources.rpo),
    others,
  };
}

function against({ rpoSeconds, sources }: Objectives): string {
  if (rpoSeconds === undefined) return "";
  const where = sources.rpo === undefined ? "" : ` (${sayLines(sources.rpo)})`;
  return `; promised is less than ${sayDuration(rpoSeconds)}${where}`;
}

/** An objective is exclusive: what can lose five minutes does not lose less than five. */
function promiseOf({ covers, loss }: Coverage, { rpoSeconds }: Objectives): WorstCaseRow["promise"] {
  if (rpoSeconds === undefined) return "none-stated";
  if (loss.kind === "not-known") return "undecided";
  if (loss.kind === "unbounded" || loss.seconds >= rpoSeconds) return "cannot-hold";
  return covers === "yes" && loss.atLeast !== true ? "holds" : "undecided";
}

function rank(promise: WorstCaseRow["promise"]): number {
  return ["holds", "none-stated", "undecided", "cannot-hold"].indexOf(promise);
}

/** The smallest bounded loss first. */
function order({ loss, covers }: Coverage): number {
  const seconds = loss.kind === "bounded" ? loss.seconds : loss.kind === "not-known" ? 1e12 : 1e13;
  return seconds + (covers === "unclear" ? 0.5 : 0);
}
