import { constants } from "node:os";
import type { EffectJudgement } from "./judge-effect.ts";
import type { CommandResult, RunbookStep, StepOutcome } from "./model.ts";
import { findPrintedError } from "./printed-error.ts";

export interface StepEnd {
  readonly outcome: StepOutcome;
  readonly already: boolean;
  readonly exitStatus: number | null;
  readonly reason?: string;
}

/** What the commands of a step came to, before its effect is judged; undefined while nothing speaks against it. */
export function commandsFailure(
  step: RunbookStep,
  commands: readonly CommandResult[],
  limitMs: number,
): { readonly outcome: StepOutcome; readonly reason: string } | undefined {
  const ended = commands.find((command) => command.ended !== undefined);
  if (ended?.ended === "timeout") {
    const reason = `${quote(ended)} was still running when the step reached its limit of ${limitMs / 1000} s`;
    return { outcome: "timed-out", reason };
  }
  if (ended !== undefined) {
    return {
      outcome: "timed-out",
      reason: `${quote(ended)} waited for input at the terminal, and nobody is there to type`,
    };
  }
  const expected = step.attributes.expect;
  const wanted = expected !== undefined && "exitStatus" in expected ? expected.exitStatus : 0;
  const status = firstExitStatus(commands);
  if (status !== wanted) return { outcome: "failed", reason: wrongStatus(commands, status, wanted) };
  if (expected !== undefined && "output" in expected) {
    const output = commands.map((command) => command.output).join("\n");
    if (expected.output.test(output)) return undefined;
    return { outcome: "failed", reason: `its output does not match ${String(expected.output)}` };
  }
  const printed = commands.find((command) => command.printedError !== undefined);
  if (printed === undefined || wanted !== 0) return undefined;
  return {
    outcome: "failed",
    reason: `${quote(printed)} exited 0 and printed an error: ${printed.printedError ?? ""}`,
  };
}

function wrongStatus(commands: readonly CommandResult[], status: number | null, wanted: number): string {
  const culprit = commands.find((command) => command.exitStatus !== 0) ?? commands.at(-1);
  if (culprit === undefined) return "none of its commands ran";
  const said = findPrintedError(culprit.output)?.line ?? lastLine(culprit.output);
  const expectation = wanted === 0 ? "" : ` instead of ${wanted}`;
  return `${quote(culprit)} exited ${describeStatus(status)}${expectation}${said === "" ? "" : `: ${said}`}`;
}

/** A shell's status above 128 names the signal that ended the command. */
function describeStatus(status: number | null): string {
  if (status === null) return "without a status";
  const [name] = Object.entries(constants.signals).find(([, number]) => number === status - 128) ?? [];
  if (name === undefined) return String(status);
  return `${status} (${name}${name === "SIGPIPE" ? ": what read its output ended before it" : ""})`;
}

/** The first exit status that was not 0; null when there is none and a command was ended before it had one. */
function firstExitStatus(commands: readonly CommandResult[]): number | null {
  const statuses = commands.flatMap(({ exitStatus }) => exitStatus ?? []);
  return (
    statuses.find((status) => status !== 0) ??
    (statuses.length > 0 && statuses.length === commands.length ? 0 : null)
  );
}

/** The end of a step, from its commands and from what the state says of its effect. */
export function judgeStep(
  step: RunbookStep,
  commands: readonly CommandResult[],
  limitMs: number,
  effect: EffectJudgement,
): StepEnd {
  const exitStatus = firstExitStatus(commands);
  const already = effect.kind === "held" && effect.already;
  const failure = commandsFailure(step, commands, limitMs);
  // A fence of a node that is dead: its command may fail, and what it is for holds all the same.
  const excused = already && failure?.outcome === "failed" && step.attributes.expect === undefined;
  if (failure !== undefined && !excused) {
    const left = effect.kind === "missing" ? `; ${effect.unchanged}` : "";
    return { outcome: failure.outcome, already, exitStatus, reason: failure.reason + left };
  }
  if (effect.kind !== "missing") return { outcome: "succeeded", already, exitStatus };
  const setsVariable = commands.length > 0 && commands.every(({ text }) => isAssignment(text));
  const why = setsVariable ? "; the command only set a variable of the shell" : "";
  return {
    outcome: "no-effect",
    already: false,
    exitStatus,
    reason: `${step.title}: ${effect.unchanged}${why}`,
  };
}

function isAssignment(text: string): boolean {
  return /^(?:export\s+)?[A-Za-z_]\w*=(?:'[^']*'|"[^"]*"|[^\s'"])*$/.test(text);
}

function quote({ text, line }: CommandResult): string {
  const [first = ""] = text.split("\n", 1);
  const shown = first.length > 90 ? `${first.slice(0, 90)}…` : first;
  return `\`${shown}\` (line ${line})`;
}

function lastLine(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  return (lines.at(-1) ?? "").trim().slice(0, 200);
}
