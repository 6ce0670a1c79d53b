import type { Fault, InjectedFault } from "../fault/fault.ts";
import type { StepResult } from "../runbook/model.ts";
import type { DamageReading } from "../timeline/event.ts";
import { followAgain } from "./follow-procedure.ts";
import type { RunInProgress } from "./run-in-progress.ts";

/**
 * Does one damage, follows the runbook over it, undoes it, and puts on the timeline what the steps did. A damage that can't be done or
 * undone is a reading, not an error: the other ones still show something.
 */
export async function checkDamage(run: RunInProgress, damage: Fault): Promise<void> {
  const { timeline, topology, signal } = run;
  if (run.runbookEndedAt === undefined) {
    throw new TypeError("the story checks damage before it has followed the runbook on intact data");
  }
  if (!timeline.events.some(({ kind }) => kind === "check-started")) {
    timeline.record({ kind: "phase-started", phase: "checks" });
  }
  timeline.record({ kind: "check-started", damage: damage.name, targets: damage.targets });
  let injected: InjectedFault;
  try {
    injected = await damage.inject(topology);
  } catch (error) {
    signal.throwIfAborted();
    const planted = { holds: false, detail: whyOf(run, error) };
    const undone = { holds: true, detail: "there was nothing to undo" };
    timeline.record({ kind: "check-finished", damage: damage.name, planted, undone, results: [] });
    return;
  }
  // In the run's own list until it is lifted: whatever ends the story, the run lifts it.
  run.faults.push(injected);
  let noticed: Noticed;
  let undone: DamageReading;
  try {
    noticed = await followOver(run, injected);
  } finally {
    undone = await undo(run, injected);
  }
  timeline.record({ kind: "check-finished", damage: damage.name, ...noticed, undone });
}

interface Noticed {
  readonly planted: DamageReading;
  readonly results: readonly StepResult[];
}

async function followOver(run: RunInProgress, injected: InjectedFault): Promise<Noticed> {
  const planted = await readDamage(run, injected, true);
  if (!planted.holds) return { planted, results: [] };
  const { steps } = await followAgain(run, run.chosen.runbook);
  const after = await readDamage(run, injected, true);
  return {
    planted: after.holds
      ? planted
      : { holds: false, detail: `it was gone before the last step: ${after.detail}` },
    results: steps,
  };
}

async function undo(run: RunInProgress, injected: InjectedFault): Promise<DamageReading> {
  try {
    await injected.lift();
  } catch (error) {
    return { holds: false, detail: whyOf(run, error) };
  }
  run.faults.splice(run.faults.indexOf(injected), 1);
  return readDamage(run, injected, false);
}

/** Whether the damage is there, or no longer there, as expected. */
async function readDamage(
  run: RunInProgress,
  injected: InjectedFault,
  inForce: boolean,
): Promise<DamageReading> {
  try {
    const observed = await injected.observe();
    return { holds: observed.inForce === inForce, detail: observed.detail };
  } catch (error) {
    return { holds: false, detail: whyOf(run, error) };
  }
}

function whyOf(run: RunInProgress, error: unknown): string {
  return run.redact(error instanceof Error ? error.message : String(error));
}
