import type { ScenarioDefinition } from "../authoring/scenario.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { Verdict } from "../judgement/finding.ts";

/** One box of a checklist. It is never ticked by hand: evidence proves it, refutes it, or leaves it open. */
export interface ChecklistItem {
  readonly text: string;
  /** 1-based line of the document that asks for it; null for an item of the project's own. */
  readonly line: number | null;
  /** Names of the scenarios whose evidence decides. */
  readonly scenarios: readonly string[];
  /** What the evidence of one of them says about this item. Default: its verdict. */
  readonly judge?: (evidence: Evidence) => Verdict;
}

/** A dated checklist over scenarios. */
export interface DrillDefinition {
  readonly name: string;
  readonly title: string;
  readonly scenarios: readonly ScenarioDefinition[];
  readonly items: readonly ChecklistItem[];
}

export function drill(name: string, options: Omit<DrillDefinition, "name">): DrillDefinition {
  return { name, ...options };
}

export interface JudgedItem {
  readonly text: string;
  readonly line: number | null;
  readonly verdict: Verdict;
  /** Folders of the evidence that decided, relative to the drill's. */
  readonly evidence: readonly string[];
}

/** Evidence of one run of a scenario within a drill. */
export interface DrillRun {
  readonly scenario: string;
  /** Folder, relative to the drill's: the scenario's name, `@2` and so on appended for a further run. */
  readonly folder: string;
  readonly evidence: Evidence;
}

/** Holds the items against the evidence. An item that no run speaks about is inconclusive. */
export function judgeChecklist(items: readonly ChecklistItem[], runs: readonly DrillRun[]): JudgedItem[] {
  return items.map((item) => {
    const relevant = runs.filter((run) => item.scenarios.includes(run.scenario));
    const missing = item.scenarios.some((name) => !relevant.some((run) => run.scenario === name));
    const verdicts = relevant.map((run) => item.judge?.(run.evidence) ?? run.evidence.verdict);
    if (missing) verdicts.push("inconclusive");
    return {
      text: item.text,
      line: item.line,
      verdict: worstVerdict(verdicts),
      evidence: relevant.map((run) => run.folder),
    };
  });
}

/** False outranks unknown, unknown outranks true; of nothing, nothing is known. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("missed")) return "missed";
  if (verdicts.includes("inconclusive") || verdicts.length === 0) return "inconclusive";
  return "met";
}
