import { eventsOfKind, type EventOfKind } from "../measurement/events-of-kind.ts";
import type { RecordedRun } from "../measurement/recorded-run.ts";
import type { Instant } from "../timeline/clock.ts";
import type { TimelineEvent } from "../timeline/event.ts";
import type { Rule, Rules } from "./rule.ts";

type Injection = EventOfKind<"fault-injected">;
type Reading = EventOfKind<"fault-observed" | "fault-checked">;

const faultNotObserved: Rule = {
  kinds: ["outage"],
  findsOmission: true,
  find: ({ run }) => {
    if (run.faults.length === 0)
      return [{ message: "Expected a fault in an outage, found that none was injected." }];
    return run.faults
      .filter((injection) => !whileInPlace(run, injection, "fault-observed").some(({ inForce }) => inForce))
      .map((injection) => ({
        message: `Expected ${injection.fault} to be observed in force before it was lifted, and nothing observed it${
          whileInPlace(run, injection, "fault-observed")
            .map(({ detail }) => ` (${detail})`)
            .at(-1) ?? ""
        }.`,
      }));
  },
};

const healedByItself: Rule = {
  kinds: ["outage"],
  find: ({ run, measured }) => {
    const returned = measured.rto?.serviceReturnedAt;
    if (returned === undefined) return [];
    return run.faults
      .filter((injection) => !injection.transient && !wasUndone(run, injection, returned.to))
      .flatMap((injection) => {
        const checked = whileInPlace(run, injection, "fault-checked").at(-1);
        const lifted = eventsOfKind(run.events, "fault-lifted").find(
          ({ seq, fault }) => fault === injection.fault && seq > injection.seq,
        );
        const expected = `Expected ${injection.fault} to be in force when service returned, or undone by a step of the runbook`;
        if (lifted !== undefined && lifted.at < returned.to) {
          return [{ message: `${expected}, but it was lifted before service returned.` }];
        }
        if (checked === undefined) return [{ message: `${expected}, and it was not read back.` }];
        if (!checked.inForce) return [{ message: `${expected}, and it was not: ${checked.detail}.` }];
        return checked.at >= returned.from
          ? []
          : [{ message: `${expected}, but it was last read back before service returned for good.` }];
      });
  },
};

/**
 * A step that made the target run again, in whatever container, undid what the fault had done to it; and one that took the target
 * out before service returned made the fault pointless: service came from elsewhere. Damaged data may also be put right while the
 * server runs.
 */
function wasUndone(
  { steps }: RecordedRun,
  { targets, calledAt, damage }: Injection,
  returnedAt: Instant,
): boolean {
  return steps.some(
    ({ finishedAt, changes }) =>
      finishedAt > calledAt &&
      changes.some(
        ({ kind, subject, after }) =>
          targets.includes(subject) &&
          ((kind === "container" && (finishedAt <= returnedAt || /\brunning\b/.test(after))) ||
            (kind === "data" && damage === true)),
      ),
  );
}

/** Events about one injection: from it until it was lifted, or until the same fault was injected again. */
function whileInPlace(run: RecordedRun, { seq, fault }: Injection, kind: Reading["kind"]): Reading[] {
  const isEnd = (event: TimelineEvent): boolean =>
    (event.kind === "fault-lifted" || event.kind === "fault-injected") &&
    event.fault === fault &&
    event.seq > seq;
  const end = run.events.find(isEnd)?.seq ?? Infinity;
  return eventsOfKind<Reading["kind"]>(run.events, kind).filter(
    (event) => event.fault === fault && event.seq > seq && event.seq < end,
  );
}

/** The disaster was one, and it was the runbook that ended it. */
export const faultRules = {
  "fault-not-observed": faultNotObserved,
  "healed-by-itself": healedByItself,
} as const satisfies Rules;
