import { eventsOfKind } from "../measurement/events-of-kind.ts";
import type { RecordedRun } from "../measurement/recorded-run.ts";
import { inSeconds, type Rule, type Rules } from "./rule.ts";

/** What was written on the primary did not come: after the set-up, or any more after something happened to one of the two. */
const replicationNotSetUp: Rule = {
  withoutBaseline: true,
  find: ({ run }) =>
    eventsOfKind(run.events, "replication-observed")
      .filter(({ arrived }) => !arrived)
      .map(({ seq, primary, replica, waitedSeconds, detail }) => ({
        message: `Expected what is written on ${primary} to arrive on ${replica} after ${occasion(run, seq, [primary, replica])}, found that it had not within ${inSeconds(waitedSeconds)}: ${detail.replace(/\.$/, "")}.`,
      })),
};

/** What last happened to the two before they were looked at. */
function occasion({ faults, preparation }: RecordedRun, seq: number, nodes: readonly string[]): string {
  const fault = faults.findLast(
    (each) => each.seq < seq && each.targets.some((target) => nodes.includes(target)),
  );
  if (fault !== undefined) return fault.fault;
  return preparation.length > 0 ? "the set-up" : "the start";
}

/** Whether replicas follow, as the procedure that set them up says. */
export const replicationRules = {
  "replication-not-set-up": replicationNotSetUp,
} as const satisfies Rules;
