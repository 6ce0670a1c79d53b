import { eventsOfKind } from "../measurement/events-of-kind.ts";
import { recoveryTarget } from "../measurement/recovery-target.ts";
import type { NodeState } from "../timeline/event.ts";
import { counted, type Rule, type Rules } from "./rule.ts";

/** Service that answers from damaged data is not recovered, whatever the damage was: a scan finds what it scans for. */
const damageLeft: Rule = {
  kinds: ["outage"],
  find: ({ run }) => {
    const damages = new Set(run.faults.filter(({ damage }) => damage === true).map(({ fault }) => fault));
    return eventsOfKind(run.events, "fault-checked")
      .filter(({ fault, inForce }) => inForce && damages.has(fault))
      .map(({ fault, detail }) => ({
        message: `Expected recovery to have undone ${fault}, found that ${detail.replace(/\.$/, "")}.`,
      }));
  },
};

/**
 * What is lost after the instant is the price of going back to it, and counts in the RPO. What was acknowledged before it is not:
 * the archive had it.
 */
const recoveryStoppedEarly: Rule = {
  kinds: ["outage"],
  find: ({ run, measured }) => {
    const target = recoveryTarget(run.events);
    if (target === undefined) return [];
    return measured.stores.flatMap(({ store, losses }) => {
      // The clock is the database server's: of another store it says nothing.
      if (store !== "postgres") return [];
      const early = losses.filter(({ entry }) => entry.answeredAt < target.notBefore);
      const [first] = early;
      if (first === undefined) return [];
      return [
        {
          message: `Expected recovery to ${target.text} to bring back what ${store} had acknowledged until then, found ${counted(early.length, "write")} gone, write ${first.entry.id} first.`,
        },
      ];
    });
  },
};

/** A server that is alone again is one disaster from the end. */
const redundancyLost: Rule = {
  kinds: ["outage"],
  find: ({ run: { started, baseline, events, observedUntil } }) => {
    if (started?.redundancy !== true || baseline === undefined) return [];
    const last = new Map<string, NodeState>();
    for (const { at, state } of eventsOfKind(events, "node-state")) {
      if (at <= observedUntil) last.set(state.node, state);
    }
    return baseline.nodes
      .filter(({ role }) => role === "replica")
      .map(({ node }) => ({ node, state: last.get(node) }))
      .filter(({ state }) => state?.role !== "replica" || state.replication?.streaming !== true)
      .map(({ node, state }) => ({
        message: `Expected ${node} to stream from the serving node again when the procedure was over, found that ${standing(state)}.`,
      }));
  },
};

function standing(state: NodeState | undefined): string {
  if (state?.reachable !== true) return state?.detail ?? "it does not answer";
  return state.role === "replica" ? "it does not stream" : `it is a ${state.role ?? "server"} of its own`;
}

/** Whether the procedure brought back all that it was to bring back. */
export const recoveryRules = {
  "damage-left": damageLeft,
  "recovery-stopped-early": recoveryStoppedEarly,
  "redundancy-lost": redundancyLost,
} as const satisfies Rules;
