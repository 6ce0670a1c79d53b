import type { Evidence, EvidenceStep } from "../evidence/evidence.ts";
import { formatSeconds } from "./figures.ts";
import { blocks, codeBlock, codeSpan, escapeHtmlLine, escapeText, folded, table } from "./markdown.ts";
import { shorten } from "./shorten.ts";

/** Outcomes that make a documented line one that failed or did nothing. */
const bad: ReadonlySet<EvidenceStep["outcome"]> = new Set<EvidenceStep["outcome"]>([
  "failed",
  "timed-out",
  "no-effect",
]);

/** Every step in one table, then each with what it printed, folded. */
export function stepsSection(evidence: Evidence): string {
  const { steps, runbook, before } = evidence;
  const followed =
    runbook === null
      ? "No runbook was read."
      : `Followed: ${[...before, runbook].map(({ file, slug, sha256 }) => `${codeSpan(`${file}#${slug}`)}, sha256 ${codeSpan(sha256)}`).join("; then ")}.`;
  if (steps.length === 0) return blocks("## Steps", followed, "No step was run.");
  const rows = steps.map((step) => [
    escapeText(step.id),
    String(step.line),
    escapeText(step.title),
    outcomeText(step),
    step.startedAtSeconds === null ? "" : formatSeconds(step.seconds),
    effectText(step),
    step.exitStatus === null ? "" : String(step.exitStatus),
  ]);
  return blocks(
    "## Steps",
    followed,
    table(["step", "line", "title", "outcome", "time", "effect", "exit"], rows, [
      "right",
      "right",
      "left",
      "left",
      "right",
      "left",
      "right",
    ]),
    ...steps.filter((step) => step.outcome !== "not-run").map(stepDetails),
  );
}

/** For a document that was missed: each line that failed or did nothing, what it printed, and what it left as it was. */
export function failedLinesSection(evidence: Evidence): string {
  const failed = evidence.steps.filter((step) => isAtFault(step, evidence));
  if (failed.length === 0 || evidence.verdict !== "missed") return "";
  const document = evidence.runbook?.file ?? "the document";
  return blocks(
    "## Lines of the document that failed or did nothing",
    ...failed.map((step) =>
      blocks(
        `### ${escapeText(step.file ?? document)}, line ${String(step.line)}: ${escapeText(step.title)}`,
        ...(step.commands.length === 0
          ? [codeBlock(step.command, "sh")]
          : step.commands.map((command) => commandBlock(command))),
        unchangedText(step, evidence),
      ),
    ),
  );
}

function isAtFault(step: EvidenceStep, { reasons }: Evidence): boolean {
  return bad.has(step.outcome) || reasons.some((reason) => reason.step === step.id);
}

function commandBlock(command: EvidenceStep["commands"][number]): string {
  const ending = {
    timeout: "it was ended at its time limit",
    "waited-for-input": "it waited for input and was ended",
  };
  const status =
    command.ended === null
      ? `exit status ${command.exitStatus === null ? "unknown" : String(command.exitStatus)}`
      : ending[command.ended];
  const printed =
    command.printedError === null
      ? ""
      : `, and printed an error all the same: ${codeSpan(command.printedError)}`;
  return blocks(
    `Line ${String(command.line)}:`,
    codeBlock(command.text, "sh"),
    `${capital(status)} after ${formatSeconds(command.seconds)}${printed}. ${command.output.trim() === "" ? "It printed nothing." : "It printed:"}`,
    command.output.trim() === "" ? "" : codeBlock(shorten(command.output)),
  );
}

function unchangedText(step: EvidenceStep, { reasons }: Evidence): string {
  const why = reasons.filter((reason) => reason.step === step.id).map((reason) => reason.message);
  const messages = why.length > 0 ? why : step.reason === null ? [] : [capital(step.reason)];
  const left =
    step.effect === null
      ? step.changes.length === 0
        ? "It changed nothing in the system."
        : ""
      : step.changes.length === 0
        ? `It was to bring about ${codeSpan(step.effect.name)}; files, roles and containers are as they were before it.`
        : `What it changed: ${changesText(step)}.`;
  return [...messages.map(escapeText), left].filter((sentence) => sentence !== "").join("\n\n");
}

function stepDetails(step: EvidenceStep): string {
  const summary = `Step ${escapeHtmlLine(step.id)}, line ${String(step.line)}: ${escapeHtmlLine(step.title)} (${step.outcome})`;
  const body =
    step.commands.length === 0
      ? step.kind === "manual"
        ? blocks("For a person to do; nobody did it in this run:", codeBlock(step.command))
        : blocks(codeBlock(step.command, "sh"), step.output === "" ? "" : codeBlock(shorten(step.output)))
      : blocks(...step.commands.map((command) => commandBlock(command)));
  const where =
    step.executedIn.length === 0 ? "" : `Executed in ${step.executedIn.map(codeSpan).join(", ")}.`;
  return folded(summary, blocks(body, where, step.reason === null ? "" : escapeText(capital(step.reason))));
}

function outcomeText(step: EvidenceStep): string {
  if (step.already) return "succeeded (it held before)";
  return bad.has(step.outcome) ? `**${step.outcome}**` : step.outcome;
}

function effectText(step: EvidenceStep): string {
  const changed = changesText(step);
  if (changed !== "") return changed;
  if (step.outcome === "not-run" || step.outcome === "manual") return "";
  return step.effect === null
    ? "changed nothing"
    : `${step.outcome === "succeeded" ? "" : "no "}${codeSpan(step.effect.name)}`;
}

function changesText(step: EvidenceStep): string {
  const containers = step.changes.filter((change) => change.kind === "container");
  const others = step.changes
    .filter((change) => change.kind !== "container")
    .map(({ kind, subject, before, after }) =>
      kind === "role"
        ? `${codeSpan(subject)} from ${escapeText(before)} to ${escapeText(after)}`
        : `${codeSpan(subject)} changed`,
    );
  const replaced =
    containers.length === 0
      ? []
      : [`${containers.map(({ subject }) => codeSpan(subject)).join(", ")} stopped, restarted or replaced`];
  return [...others, ...replaced].join("; ");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
