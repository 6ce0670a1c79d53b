import type { OracleEvidence } from "../oracle/oracle-evidence.ts";
import type { LedgerEntry, StoreKind } from "../workload/ledger-entry.ts";
import { commitFates, type CommitFate } from "./commit-fate.ts";
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
  /** Undefined: `oracle: none`. */
  readonly oracle: OracleEvidence | undefined;
  /** Of the store: what the last of them acknowledged was on the branch that survived. */
  readonly promotions: readonly Promotion[];
}

const classOfFate: Readonly<Record<CommitFate, LossClass>> = {
  abandoned: "lost-at-failover",
  kept: "destroyed-later",
  none: "acknowledged-without-commit",
};

/** What became of each lost write of one store. */
export function classifyLosses(outcome: StoreOutcome): ClassifiedLoss[] {
  const current = outcome.promotions.at(-1);
  const askOracle = oracleOf(outcome);
  return outcome.lost.map((entry) => {
    const seen = askOracle(entry);
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
export function impossibleSurvivors({
  store,
  survivors,
  oracle,
  promotions,
}: StoreOutcome): ImpossibleSurvivor[] {
  if (store !== "postgres" || oracle?.postgres === undefined) return [];
  const fateOf = commitFates(oracle.postgres, promotions.at(-1)?.timeline);
  return survivors.flatMap((entry) => {
    const fate = fateOf(entry);
    if (fate === "abandoned")
      return [{ entry, reason: "its commit lies past the switch point of its timeline" }];
    if (fate === "none") return [{ entry, reason: "its commit is not in WAL that is complete" }];
    return [];
  });
}

function oracleOf(outcome: StoreOutcome): (entry: LedgerEntry) => LossClass | undefined {
  if (outcome.store === "redis") return redisOracle(outcome);
  if (outcome.oracle?.postgres === undefined) return () => undefined;
  const fateOf = commitFates(outcome.oracle.postgres, outcome.promotions.at(-1)?.timeline);
  return (entry) => {
    const fate = fateOf(entry);
    return fate === undefined ? undefined : classOfFate[fate];
  };
}

/** The files of a Redis node prove what it had applied; that an id is missing from them proves nothing. */
function redisOracle({ oracle, promotions }: StoreOutcome): (entry: LedgerEntry) => LossClass | undefined {
  const nodes = oracle?.redis?.nodes ?? [];
  const survivor = promotions.at(-1)?.node;
  if (survivor === undefined) return () => undefined;
  return ({ id }) => {
    const holders = nodes.filter(({ appendOnly }) => appendOnly?.presentIds.has(id));
    if (holders.length === 0) return undefined;
    return holders.some(({ node }) => node === survivor) ? "destroyed-later" : "lost-at-failover";
  };
}
