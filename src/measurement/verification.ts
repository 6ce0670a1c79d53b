import type { StepResult } from "../runbook/model.ts";
import type { Instant } from "../timeline/clock.ts";
import { stepRan } from "./recorded-run.ts";

/**
 * The steps that verified recovery, out of all results in order: those whose attribute says so, and those that ran after the last
 * step that changed a role, a container or a file, unless their title means to change something or their attribute says no. The
 * same words earlier are a check. A runbook that changed nothing has nothing to verify, but for the attribute.
 */
export function verifications(steps: readonly StepResult[]): StepResult[] {
  const lastChange = steps.findLastIndex(({ changes }) => changes.some(({ kind }) => kind !== "data"));
  return steps.filter((result, position) => {
    if (!stepRan(result) || !result.step.commands.some(({ text }) => canSee(text))) return false;
    const { attributes, meansToChange } = result.step;
    if (attributes.verify !== undefined) return attributes.verify;
    return lastChange !== -1 && position > lastChange && !meansToChange;
  });
}

/** What can't fail or looks at nothing verifies nothing, whatever its title says. */
function canSee(command: string): boolean {
  return !/^\s*(?:echo|printf|true|:|sleep|wait|exit|cd|export|unset|set)\b(?!.*[|;&]|.*\$\()/s.test(command);
}

/** When the last verification ended, whatever its outcome; undefined when there was none. */
export function verificationEnd(steps: readonly StepResult[]): Instant | undefined {
  const ends = verifications(steps).map(({ finishedAt }) => finishedAt);
  return ends.length === 0 ? undefined : Math.max(...ends);
}
