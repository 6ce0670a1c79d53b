import type { Evidence } from "../evidence/evidence.ts";
import { escapeHtml } from "./markdown.ts";
import { verdictSentence } from "./verdict-sentence.ts";

/**
 * The runs of a drill as JUnit XML, for CI servers: one suite per run, one case for its verdict and one per step. `missed` is a
 * failure, `inconclusive` an error: neither passes.
 */
export function renderJunit(evidences: readonly Evidence[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    ...evidences.map(suite),
    "</testsuites>",
    "",
  ].join("\n");
}

function suite(evidence: Evidence): string {
  const cases = [verdictCase(evidence), ...evidence.steps.map((step) => stepCase(evidence, step))];
  const failures = cases.filter((text) => text.includes("<failure")).length;
  const errors = cases.filter((text) => text.includes("<error")).length;
  const skipped = cases.filter((text) => text.includes("<skipped")).length;
  return [
    `  <testsuite name="${escapeHtml(evidence.scenario)}" timestamp="${escapeHtml(evidence.startedAt)}" time="${evidence.durationSeconds.toFixed(3)}" tests="${String(cases.length)}" failures="${String(failures)}" errors="${String(errors)}" skipped="${String(skipped)}">`,
    ...cases,
    "  </testsuite>",
  ].join("\n");
}

function verdictCase(evidence: Evidence): string {
  const reasons = evidence.reasons.map(({ code, message }) => `${code}: ${message}`).join("\n");
  const kind = { met: undefined, missed: "failure", inconclusive: "error" }[evidence.verdict];
  return testCase(
    evidence.scenario,
    evidence.title,
    evidence.measured.rtoSeconds ?? 0,
    kind,
    verdictSentence(evidence),
    reasons,
  );
}

function stepCase(evidence: Evidence, step: Evidence["steps"][number]): string {
  const kind = {
    succeeded: undefined,
    failed: "failure",
    "timed-out": "failure",
    "no-effect": "failure",
    manual: "skipped",
    "not-run": "skipped",
  }[step.outcome];
  return testCase(
    evidence.scenario,
    `step ${step.id}, line ${String(step.line)}: ${step.title}`,
    step.seconds,
    kind,
    step.reason ?? step.outcome,
    step.output,
  );
}

function testCase(
  group: string,
  name: string,
  seconds: number,
  kind: string | undefined,
  message: string,
  detail: string,
): string {
  const start = `    <testcase classname="${escapeHtml(group)}" name="${escapeHtml(name)}" time="${seconds.toFixed(3)}"`;
  if (kind === undefined) return `${start}/>`;
  return `${start}><${kind} message="${escapeHtml(message)}">${escapeHtml(detail)}</${kind}></testcase>`;
}
