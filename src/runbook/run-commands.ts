import type { RunClock } from "../timeline/clock.ts";
import type { CommandResult, RunbookCommand, RunbookStep } from "./model.ts";
import type { CommandRun, OperatorShell } from "./operator-shell.ts";
import { findPrintedError, toleratesFailure } from "./printed-error.ts";

export interface CommandContext {
  readonly shell: OperatorShell;
  readonly clock: RunClock;
  readonly redact: (text: string) => string;
  readonly signal: AbortSignal;
  /** Of the whole step. */
  readonly limitMs: number;
}

export interface CommandsRun {
  readonly commands: readonly CommandResult[];
  /** What else the reader of the report has to know, one clause each. */
  readonly notes: readonly string[];
}

/** The commands of one step in order, after a failure too. A step that was ended runs no more of them. */
export async function runCommands(step: RunbookStep, context: CommandContext): Promise<CommandsRun> {
  const { shell, clock, limitMs, signal } = context;
  const { cwd } = step.attributes;
  if (cwd !== undefined && !(await shell.enter(cwd)))
    return { commands: [], notes: [`there is no directory ${cwd}`] };
  const deadline = clock.now() + limitMs;
  const commands: CommandResult[] = [];
  for (const command of step.commands) {
    const startedAt = clock.now();
    const run = await shell.run(command, deadline - startedAt, signal);
    commands.push(resultOf(command, run, startedAt, context));
    if (run.lostShell) {
      const cause =
        run.ended === undefined ? "the command ended the shell" : "the shell had to be ended with it";
      return {
        commands,
        notes: [`${cause}, so that later steps run in a new one without its variables and directory`],
      };
    }
    if (run.ended !== undefined) break;
  }
  if (cwd !== undefined) await shell.leave();
  return { commands, notes: [] };
}

function resultOf(
  { text, line }: RunbookCommand,
  run: CommandRun,
  startedAt: number,
  { clock, redact }: CommandContext,
): CommandResult {
  const output = redact(run.output);
  const printed = run.exitStatus === 0 && !toleratesFailure(text) ? findPrintedError(output) : undefined;
  return {
    text,
    line,
    exitStatus: run.exitStatus,
    output,
    startedAt,
    finishedAt: clock.now(),
    ...(printed === undefined ? {} : { printedError: printed.line }),
    ...(run.ended === undefined ? {} : { ended: run.ended }),
  };
}
