import type { RecordedRun } from "../measurement/recorded-run.ts";
import type { Measured } from "../measurement/measure.ts";
import type { Reconciliation } from "../measurement/measurement.ts";
import type { ScenarioKind } from "../timeline/event.ts";
import type { FindingCode } from "./finding.ts";

/** One property of the system, compared after recovery with what it has to be. */
export interface IntegrityCheck {
  readonly name: string;
  /** Null: it could not be checked. */
  readonly holds: boolean | null;
  readonly expected: string;
  readonly found: string;
}

/** Everything that a rule may look at. */
export interface Facts {
  readonly run: RecordedRun;
  readonly measured: Measured;
  readonly reconciliations: readonly Reconciliation[];
  readonly integrity: readonly IntegrityCheck[];
  /** Sources of the oracle that contradict each other. */
  readonly oracleContradictions: readonly string[];
  /** What could not be collected after the run, and why. */
  readonly missing: readonly { readonly what: string; readonly why: string }[];
  /** The harness failed; why, in one sentence. */
  readonly harnessError?: string;
}

/** What a rule found, without its code: one sentence that says what was expected and what was found. */
export interface Observation {
  readonly message: string;
  /** Id of the step it is about. */
  readonly step?: string;
}

/** How one code is found. */
export interface Rule {
  /** Kinds of scenario that it applies to; default all. */
  readonly kinds?: readonly ScenarioKind[];
  /**
   * It finds that something was left out, which says nothing where the run was cut off for a reason that stands in a finding of
   * its own. Default false.
   */
  readonly findsOmission?: boolean;
  /** It is about what came before the baseline, and holds where that could not be established. Default false. */
  readonly withoutBaseline?: boolean;
  find(facts: Facts): readonly Observation[];
}

/** Rules by the code that they find; a code that two groups claim is a mistake that a test catches. */
export type Rules = Partial<Record<FindingCode, Rule>>;

/** `3.25 s`; what is known to the millisecond is not shown finer. */
export function inSeconds(seconds: number): string {
  return `${Number(seconds.toFixed(3))} s`;
}

/** `1 write`, `2 writes`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
