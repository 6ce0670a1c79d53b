import { compareIntegrity } from "../integrity/compare-integrity.ts";
import type { IntegritySnapshot } from "../integrity/integrity-snapshot.ts";
import type { IntegrityCheck } from "../judgement/rule.ts";

/** Differences of one check that are named; the count says how many there are. */
const namedDifferences = 5;

/** One line for each thing that was compared before the fault and after recovery. */
export function integrityChecks(before: IntegritySnapshot, after: IntegritySnapshot): IntegrityCheck[] {
  const differences = compareIntegrity(before, after);
  const names = [...new Set([...Object.keys(before.checks), ...Object.keys(after.checks)])];
  return names.map((name) => {
    const found = differences.filter((difference) => difference.check === name);
    const ran = before.checks[name]?.ran === true && after.checks[name]?.ran === true;
    return {
      name: `${before.store} ${name}`,
      holds: ran ? found.length === 0 : null,
      expected: `as on ${before.node} at the baseline`,
      found: found.length === 0 ? `the same on ${after.node}` : summary(found.map(({ message }) => message)),
    };
  });
}

/** A store whose state could not be compared: nobody knows whether it is what it was. */
export function uncheckedStore(before: IntegritySnapshot, why: string): IntegrityCheck {
  return {
    name: `${before.store} state`,
    holds: null,
    expected: `as on ${before.node} at the baseline`,
    found: why,
  };
}

function summary(messages: readonly string[]): string {
  const rest = messages.length - namedDifferences;
  return [...messages.slice(0, namedDifferences), ...(rest > 0 ? [`and ${rest} more`] : [])].join("; ");
}
