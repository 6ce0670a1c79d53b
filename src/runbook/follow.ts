import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import type { RunClock } from "../timeline/clock.ts";
import type { NewTimelineEvent } from "../timeline/event.ts";
import type { SystemState } from "../timeline/system-state.ts";
import { compareStates } from "./compare-states.ts";
import { judgeEffect, type EffectJudgement } from "./judge-effect.ts";
import type { EffectName, Runbook, RunbookStep, StepResult } from "./model.ts";
import { OperatorShell } from "./operator-shell.ts";
import { runCommands } from "./run-commands.ts";
import type { OperatorPlace } from "./shell-session.ts";
import { commandsFailure, judgeStep } from "./step-outcome.ts";

export interface FollowOptions {
  readonly runbook: Runbook;
  readonly docker: Docker;
  readonly operator: OperatorPlace;
  /** Label of the run: among its containers the target of an `exec` is looked for. */
  readonly runId: string;
  readonly clock: RunClock;
  /** Called once before the first command, then once after each step, and again while an effect is waited for. */
  readonly observeState: () => Promise<SystemState>;
  /** Services in whose containers the operator executed something since the last call. */
  readonly drainExecs: () => readonly string[];
  /** Takes secrets out of everything that is kept of the output. */
  readonly redact: (text: string) => string;
  /** Gets `step-started`, `step-finished` and, at the end, `runbook-finished`. */
  readonly emit: (event: NewTimelineEvent) => void;
  /** Ends the running command and rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Limit of a step without a `timeout`. Default 120,000. */
  readonly stepLimitMs?: number;
  /** How long a step may be blocked on reading its terminal. Default 5,000. */
  readonly inputWaitMs?: number;
}

export interface FollowResult {
  readonly steps: readonly StepResult[];
  /** Id of the step with `onFailure=stop` that failed. */
  readonly stoppedBy?: string;
}

/** How long an effect may come after its step: a promotion or a start takes its time, a file is changed or it is not. */
const effectBoundMs: Readonly<Record<EffectName, number>> = {
  "node:promoted": 5000,
  "node:stopped": 5000,
  "node:started": 5000,
  "node:replicating": 5000,
  "container:recreated": 5000,
  "container:restarted": 5000,
  "container:stopped": 5000,
  "container:started": 5000,
  "file:changed": 0,
  "data:restored": 0,
  none: 0,
};
const observeEveryMs = 250;

/**
 * Follows a runbook as a person pasting it would: one shell, one step after the other, on after a failure unless the step says
 * otherwise. Its text runs unmodified.
 *
 * @throws The reason of `signal` when it is aborted. A step that fails is a result, never an error.
 */
export async function followRunbook(options: FollowOptions): Promise<FollowResult> {
  const { runbook, emit, clock } = options;
  const results: StepResult[] = [];
  let stoppedBy: RunbookStep | undefined;
  let state: SystemState | undefined;
  await using shell = new OperatorShell({ ...options, inputWaitMs: options.inputWaitMs ?? 5000 });
  options.drainExecs();
  for (const step of runbook.steps) {
    options.signal?.throwIfAborted();
    const left = reasonToLeave(step, stoppedBy);
    if (left !== undefined) {
      const result = leftOut(step, left, clock.now());
      results.push(result);
      emit({ kind: "step-finished", result });
      continue;
    }
    const [before] = await Promise.all([state ?? options.observeState(), shell.ready()]);
    emit({ kind: "step-started", step: step.id, title: step.title });
    const done = await followStep(step, before, shell, options);
    state = done.state;
    results.push(done.result);
    emit({ kind: "step-finished", result: done.result });
    if (done.result.outcome !== "succeeded" && step.attributes.onFailure === "stop") stoppedBy = step;
  }
  const finished = stoppedBy === undefined ? {} : { stoppedBy: stoppedBy.id };
  emit({ kind: "runbook-finished", ...finished });
  return { steps: results, ...finished };
}

interface Left {
  readonly outcome: "manual" | "not-run";
  readonly reason: string;
}

function reasonToLeave(step: RunbookStep, stoppedBy: RunbookStep | undefined): Left | undefined {
  if (stoppedBy !== undefined) {
    return { outcome: "not-run", reason: `step ${stoppedBy.id} did not succeed, and its onFailure is stop` };
  }
  if (step.attributes.excludeFromRunAll === true)
    return { outcome: "not-run", reason: "it is marked excludeFromRunAll" };
  if (step.kind === "manual")
    return { outcome: "manual", reason: step.manualBecause ?? "it has no command: a person has to do it" };
  return undefined;
}

function leftOut(step: RunbookStep, { outcome, reason }: Left, at: number): StepResult {
  const nothing = { already: false, exitStatus: null, output: "", commands: [], changes: [], executedIn: [] };
  return { step, outcome, ...nothing, startedAt: at, finishedAt: at, reason };
}

async function followStep(
  step: RunbookStep,
  before: SystemState,
  shell: OperatorShell,
  options: FollowOptions,
): Promise<{ result: StepResult; state: SystemState }> {
  const { clock, redact, signal = new AbortController().signal } = options;
  const limitMs = step.attributes.timeoutMs ?? options.stepLimitMs ?? 120_000;
  const startedAt = clock.now();
  const { commands, notes } = await runCommands(step, { shell, clock, redact, signal, limitMs });
  const finishedAt = clock.now();
  const executedIn = [...new Set(options.drainExecs())];
  const failed = commandsFailure(step, commands, limitMs) !== undefined;
  const { state, effect } = await observeEffect(step, before, failed ? 0 : undefined, options);
  const { reason, ...end } = judgeStep(step, commands, limitMs, effect);
  const said = [reason, ...notes].filter((text) => text !== undefined).join("; ");
  return {
    state,
    result: {
      step,
      ...end,
      // A step that lost the shell failed whatever its status: what follows runs without what it had set.
      ...(notes.length > 0 && end.outcome === "succeeded" ? { outcome: "failed" as const } : {}),
      startedAt,
      finishedAt,
      output: commands
        .map((command) => command.output)
        .filter((text) => text !== "")
        .join("\n"),
      commands,
      changes: compareStates(before, state),
      ...(said === "" ? {} : { reason: redact(said) }),
      executedIn,
    },
  };
}

async function observeEffect(
  step: RunbookStep,
  before: SystemState,
  boundMs: number | undefined,
  { observeState, signal }: FollowOptions,
): Promise<{ state: SystemState; effect: EffectJudgement }> {
  const bound = boundMs ?? (step.effect === undefined ? 0 : effectBoundMs[step.effect.name]);
  const deadline = performance.now() + bound;
  for (;;) {
    const state = await observeState();
    const effect = judgeEffect(step, before, state);
    if (effect.kind !== "missing" || performance.now() >= deadline) return { state, effect };
    await delay(observeEveryMs);
    signal?.throwIfAborted();
  }
}
