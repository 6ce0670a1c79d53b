import type { LedgerEntry, StoreKind } from "../workload/ledger-entry.ts";
import { commitKey, lsnValue, type OracleInput } from "./oracle-input.ts";
import { isOn, type Promotion } from "./promotions.ts";

/**
 * What became of an acknowledged write that was not found.
 *
 * - `lost-at-failover`: committed on the branch that was abandoned, at or after the switch point. Counts in the RPO. So does whatever
 *   nothing contradicts: without an oracle nobody can tell.
 * - `destroyed-later`: the branch that survived had it. An integrity finding.
 * - `acknowledged-without-commit`: WAL that is complete holds no commit of it. An integrity finding.
 */
export type LossClass = "lost-at-failover" | "destroyed-later" | "acknowledged-without-commit";

export interface ClassifiedLoss {
  readonly entry: LedgerEntry;
  readonly lossClass: LossClass;
  /** The oracle says so; else nothing contradicts it. */
  readonly proven: boolean;
}

export interface ImpossibleSurvivor {
  readonly entry: LedgerEntry;
  /** `its commit …` */
  readonly reason: string;
}

export interface StoreOutcome {
  readonly store: StoreKind;
  /** Acknowledged writes that were not found. */
  readonly lost: readonly LedgerEntry[];
  /** Acknowledged writes that were. */
  readonly survivors: readonly LedgerEntry[];
  /** Of the same store; undefined: `oracle: none`. */
  readonly oracle: OracleInput | undefined;
  /** Of the store: what the last of them acknowledged was on the branch that survived. */
  readonly promotions: readonly Promotion[];
}

/** What became of each lost write of one store. */
export function classifyLosses(outcome: StoreOutcome): ClassifiedLoss[] {
  const current = outcome.promotions.at(-1);
  return outcome.lost.map((entry) => {
    const seen = askOracle(outcome, entry);
    if (seen !== undefined) return { entry, lossClass: seen, proven: true };
    // The server that took over acknowledged it: no failover can have lost it.
    const kept = current !== undefined && isOn(current, entry);
    return { entry, lossClass: kept ? "destroyed-later" : "lost-at-failover", proven: false };
  });
}

/**
 * Survivors that can't be, if the WAL is right: committed on a timeline at or after the point where it was left, or not at all in
 * WAL that is complete. A single one, and either the oracle or the ledger is wrong.
 */
export function impossibleSurvivors(outcome: StoreOutcome): ImpossibleSurvivor[] {
  return outcome.survivors.flatMap((entry) => {
    const fate = commitFate(outcome, entry);
    if (fate === "abandoned")
      return [{ entry, reason: "its commit lies past the switch point of its timeline" }];
    if (fate === "none") return [{ entry, reason: "its commit is not in WAL that is complete" }];
    return [];
  });
}

function askOracle(outcome: StoreOutcome, entry: LedgerEntry): LossClass | undefined {
  if (outcome.oracle?.store === "redis") {
    return outcome.oracle.aofIds.has(entry.id) ? "lost-at-failover" : undefined;
  }
  const fate = commitFate(outcome, entry);
  if (fate === "abandoned") return "lost-at-failover";
  if (fate === "kept") return "destroyed-later";
  return fate === "none" ? "acknowledged-without-commit" : undefined;
}

type CommitFate = "abandoned" | "kept" | "none";

/** Undefined where the ledger does not know the transaction, or the WAL can't tell. */
function commitFate(
  { oracle, promotions }: StoreOutcome,
  { answeredBy }: LedgerEntry,
): CommitFate | undefined {
  if (oracle?.store !== "postgres") return undefined;
  if (answeredBy?.timeline === undefined || answeredBy.xid === undefined) return undefined;
  const { timeline, xid } = answeredBy;
  const commit = oracle.commits.get(commitKey(timeline, xid));
  if (commit === undefined) return oracle.walComplete ? "none" : undefined;
  const left = oracle.switches.find((candidate) => candidate.timeline === timeline);
  if (left !== undefined) return lsnValue(commit) >= lsnValue(left.switchLsn) ? "abandoned" : "kept";
  // A timeline that nothing leads on from is the present one, or a side branch.
  const current = promotions.at(-1)?.timeline;
  return current === undefined || current === timeline ? "kept" : "abandoned";
}
