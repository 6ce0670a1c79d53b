import type { CheckResult, IntegrityDifference, IntegritySnapshot } from "./integrity-snapshot.ts";

/**
 * Everything in which the state after recovery is not the state before the disaster. Empty when nothing differs. A check that could
 * not run on either side is a difference: nobody knows what it would have found.
 */
export function compareIntegrity(before: IntegritySnapshot, after: IntegritySnapshot): IntegrityDifference[] {
  const checks = new Set([...Object.keys(before.checks), ...Object.keys(after.checks)]);
  return [...checks].flatMap((check) => compareCheck(check, before.checks[check], after.checks[check]));
}

function compareCheck(
  check: string,
  before: CheckResult | undefined,
  after: CheckResult | undefined,
): IntegrityDifference[] {
  if (before?.ran !== true) return [notRun(check, "before", before)];
  if (after?.ran !== true) return [notRun(check, "after", after)];
  const names = new Set([...Object.keys(before.objects), ...Object.keys(after.objects)]);
  return [...names].toSorted().flatMap((object) => {
    const was = before.objects[object];
    const is = after.objects[object];
    return was === is ? [] : [differenceOf(check, object, was, is)];
  });
}

function differenceOf(
  check: string,
  object: string,
  was: string | undefined,
  is: string | undefined,
): IntegrityDifference {
  const about = `${check}: ${object}`;
  if (is === undefined)
    return { check, object, message: `${about} is gone; it was: ${was ?? ""}`, before: was ?? "" };
  if (was === undefined) return { check, object, message: `${about} was not there before: ${is}`, after: is };
  return { check, object, message: `${about} should be ${was}, and is ${is}`, before: was, after: is };
}

function notRun(
  check: string,
  when: "before" | "after",
  result: CheckResult | undefined,
): IntegrityDifference {
  const reason = result === undefined ? "it was not asked for" : result.ran ? "" : result.reason;
  return { check, object: check, message: `${check} could not be checked ${when}: ${reason}` };
}
