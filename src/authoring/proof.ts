import type { Evidence } from "../evidence/evidence.ts";
import type { FindingCode, Verdict } from "../judgement/finding.ts";
import { runScenario, type RunOptions } from "./run-scenario.ts";
import type { ScenarioDefinition, ScenarioOptions, Story } from "./scenario.ts";

/** What the harness has to say about a planted defect. */
export interface ExpectedResult {
  readonly verdict: Verdict;
  /** Codes that must be among the reasons. */
  readonly codes?: readonly FindingCode[];
  /** Codes that must not be there: a right verdict for a wrong reason proves nothing. */
  readonly without?: readonly FindingCode[];
  /** Each must match the message of some reason. */
  readonly messages?: readonly RegExp[];
  /** Anything else; returns what is wrong, in words. */
  readonly check?: (evidence: Evidence) => readonly string[];
}

export interface ProofOptions extends Omit<ScenarioOptions, "title"> {
  readonly expect: ExpectedResult;
  /** Part of the short form that `drill self-test` runs. Default false. */
  readonly short?: boolean;
}

/** A test of the harness itself: a defect that is planted and must be caught, or a truth that must be reported. */
export interface ProofDefinition {
  readonly name: string;
  readonly title: string;
  readonly short: boolean;
  readonly scenario: ScenarioDefinition;
  readonly expect: ExpectedResult;
}

export interface ProofResult {
  readonly evidence: Evidence;
  /** What differs from what was expected; empty when the proof holds. */
  readonly differences: readonly string[];
}

type ProofListener = (definition: ProofDefinition) => void;

const listeners: ProofListener[] = [];

/** Calls `listener` for each proof that is defined from now on. */
export function onProofDefined(listener: ProofListener): void {
  listeners.push(listener);
}

/** Defines a proof. Its title states the fact; its story plants the defect. */
export function proof(title: string, options: ProofOptions, story: Story): ProofDefinition {
  const name = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  const { expect, short = false, ...scenario } = options;
  const definition: ProofDefinition = {
    name,
    title,
    short,
    expect,
    scenario: { ...scenario, title, kind: scenario.kind ?? "outage", name, story },
  };
  for (const listener of listeners) listener(definition);
  return definition;
}

/** Runs a proof for real and holds what the harness reported against what was planted. */
export async function runProof(proof: ProofDefinition, options: RunOptions): Promise<ProofResult> {
  const evidence = await runScenario(proof.scenario, options);
  return { evidence, differences: differencesFrom(proof.expect, evidence) };
}

function differencesFrom(expected: ExpectedResult, evidence: Evidence): string[] {
  const differences: string[] = [];
  const codes = evidence.reasons.map((reason) => reason.code);
  const found =
    evidence.reasons.map((reason) => `${reason.code}: ${reason.message}`).join(" | ") || "no reason";
  if (evidence.verdict !== expected.verdict) {
    differences.push(`expected the verdict ${expected.verdict}, got ${evidence.verdict} (${found})`);
  }
  for (const code of expected.codes ?? []) {
    if (!codes.includes(code)) differences.push(`expected the reason ${code}, got ${found}`);
  }
  for (const code of expected.without ?? []) {
    if (codes.includes(code)) differences.push(`expected no reason ${code}, got ${found}`);
  }
  for (const message of expected.messages ?? []) {
    if (!message.test(found))
      differences.push(`expected a reason that matches ${String(message)}, got ${found}`);
  }
  return [...differences, ...(expected.check?.(evidence) ?? [])];
}
