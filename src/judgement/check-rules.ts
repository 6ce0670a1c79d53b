import { damageChecks, falseAlarms, type DamageCheck } from "../measurement/damage-check.ts";
import type { Rule, Rules } from "./rule.ts";

/** A rule about each damage; returns what is wrong, or undefined. */
function aboutEachDamage(wrong: (check: DamageCheck) => string | undefined): Rule {
  return {
    find: ({ run }) =>
      damageChecks(run.events).flatMap((check) => {
        const message = wrong(check);
        return message === undefined ? [] : [{ message }];
      }),
  };
}

const damageUnnoticed = aboutEachDamage(({ damage, planted, noticedBy }) =>
  planted.holds && noticedBy.length === 0
    ? `Expected a step to notice ${damage} (${planted.detail}), found that none did.`
    : undefined,
);

const falseAlarm: Rule = {
  find: ({ run }) =>
    falseAlarms(run.events).map(({ step, reason = step.title }) => ({
      message: `Step ${step.id} (line ${step.line}, ${step.title}) should find nothing wrong in intact data, and raised an alarm: ${reason.replace(/\.$/, "")}.`,
      step: step.id,
    })),
};

const damageNotPlanted = aboutEachDamage(({ damage, planted }) =>
  planted.holds
    ? undefined
    : `Expected ${damage} to be in force while the checks were followed, and it was not: ${planted.detail.replace(/\.$/, "")}.`,
);

const damageNotUndone = aboutEachDamage(({ damage, undone }) =>
  undone.holds
    ? undefined
    : `Expected the data to be what it was before ${damage}, and it is not: ${undone.detail.replace(/\.$/, "")}.`,
);

/** What a procedure that looks for damage makes of damage, and of its absence. */
export const checkRules = {
  "damage-unnoticed": damageUnnoticed,
  "false-alarm": falseAlarm,
  "damage-not-planted": damageNotPlanted,
  "damage-not-undone": damageNotUndone,
} as const satisfies Rules;
