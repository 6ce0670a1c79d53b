import { firstOfKind } from "../measurement/events-of-kind.ts";
import type { Measured } from "../measurement/measure.ts";
import type { Reconciliation } from "../measurement/measurement.ts";
import { readRun, type RecordedRun } from "../measurement/recorded-run.ts";
import type { TimelineEvent } from "../timeline/event.ts";
import { verdictOfFinding, type Finding, type FindingCode, type Verdict } from "./finding.ts";
import type { Facts, IntegrityCheck } from "./rule.ts";
import { rules } from "./rules.ts";

export interface JudgementInput {
  readonly events: readonly TimelineEvent[];
  readonly measured: Measured;
  /** One per store that was scanned. */
  readonly reconciliations: readonly Reconciliation[];
  readonly integrity: readonly IntegrityCheck[];
  /** Sources of the oracle that contradict each other, in words; default none. */
  readonly oracleContradictions?: readonly string[];
  /** What could not be collected after the run, and why; default nothing. */
  readonly missing?: readonly { readonly what: string; readonly why: string }[];
  /** Why the harness failed, in one sentence; undefined when it did not. */
  readonly harnessError?: string;
  /** Name of the fault whose injection is t₀; default the first that was injected. As given to `measure`. */
  readonly faultTime?: string;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** What decides the verdict first; empty when it is `met`. */
  readonly findings: readonly Finding[];
}

/**
 * Judges one run by every rule that its kind of scenario has. `missed` outranks `inconclusive`, and `met` needs that nothing was
 * found. Pure: newer rules can judge old evidence.
 */
export function judge(input: JudgementInput): Judgement {
  const run = readRun(input.events, input.faultTime);
  const facts: Facts = {
    run,
    measured: input.measured,
    reconciliations: input.reconciliations,
    integrity: input.integrity,
    oracleContradictions: input.oracleContradictions ?? [],
    missing: input.missing ?? [],
    ...(input.harnessError === undefined ? {} : { harnessError: input.harnessError }),
  };
  const failedBaseline = firstOfKind(input.events, "baseline-failed") !== undefined;
  const findings = findingCodes
    .flatMap((code) => findingsOf(code, facts))
    .filter((finding) => !failedBaseline || standsWithoutBaseline(finding, run))
    .sort((a, b) => rank[verdictOfFinding[a.code]] - rank[verdictOfFinding[b.code]]);
  return { verdict: verdictOf(findings), findings };
}

/**
 * A system that did not work before the fault proves nothing about what came after it. What the preparation did or left undone came
 * before, and may be why.
 */
function standsWithoutBaseline({ code, step }: Finding, { preparation }: RecordedRun): boolean {
  if (verdictOfFinding[code] === "inconclusive") return true;
  return rules[code].withoutBaseline === true || preparation.some((result) => result.step.id === step);
}

/** False outranks unknown, unknown outranks true. */
export function verdictOf(findings: readonly Pick<Finding, "code">[]): Verdict {
  const verdicts = findings.map(({ code }): Verdict => verdictOfFinding[code]);
  if (verdicts.includes("missed")) return "missed";
  return verdicts.length > 0 ? "inconclusive" : "met";
}

const rank: Readonly<Record<Verdict, number>> = { missed: 0, inconclusive: 1, met: 2 };
const findingCodes = Object.keys(verdictOfFinding) as FindingCode[];

function findingsOf(code: FindingCode, facts: Facts): Finding[] {
  const rule = rules[code];
  // A record without a beginning has no kind; harness-error says so, and every other rule may say what it sees.
  const kind = facts.run.started?.scenarioKind;
  if (kind !== undefined && rule.kinds?.includes(kind) === false) return [];
  if (rule.findsOmission === true && wasCutOff(facts)) return [];
  return rule.find(facts).map((observation) => ({ code, ...observation }));
}

/** The run ended early for a reason that is a finding of its own. */
function wasCutOff({ run, harnessError }: Facts): boolean {
  return (
    harnessError !== undefined ||
    firstOfKind(run.events, "interrupted") !== undefined ||
    firstOfKind(run.events, "baseline-failed") !== undefined
  );
}
