import type { CommandResult, RunbookStep, StepOutcome, StepResult } from "../../runbook/model.ts";

export interface SampleStep {
  readonly id: string;
  readonly title: string;
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly outcome?: StepOutcome;
  readonly reason?: string;
  readonly effect?: RunbookStep["effect"];
  readonly changes?: StepResult["changes"];
  readonly executedIn?: readonly string[];
  readonly commands: readonly (Partial<CommandResult> & { readonly text: string })[];
}

export function sampleStepResult(sample: SampleStep): StepResult {
  const commands = sample.commands.map((command, index) => ({
    line: sample.line + index,
    exitStatus: 0,
    output: "",
    startedAt: sample.from,
    finishedAt: sample.to,
    ...command,
  }));
  return {
    step: {
      id: sample.id,
      title: sample.title,
      heading: "Manual Failover",
      line: sample.line,
      kind: "command",
      text: commands.map((command) => command.text).join("\n"),
      commands: commands.map(({ text, line }) => ({ text, line })),
      attributes: {},
      meansToChange: sample.effect !== undefined,
      ...(sample.effect === undefined ? {} : { effect: sample.effect }),
    },
    outcome: sample.outcome ?? "succeeded",
    already: false,
    exitStatus: commands.find((command) => command.exitStatus !== 0)?.exitStatus ?? 0,
    startedAt: sample.from,
    finishedAt: sample.to,
    output: commands.map((command) => command.output).join(""),
    commands,
    changes: sample.changes ?? [],
    executedIn: sample.executedIn ?? [],
    ...(sample.reason === undefined ? {} : { reason: sample.reason }),
  };
}
