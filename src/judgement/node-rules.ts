import { eventsOfKind, lastOfKind } from "../measurement/events-of-kind.ts";
import { inSeconds, type Facts, type Observation, type Rule, type Rules } from "./rule.ts";
import { writableTogether } from "./writable-nodes.ts";

const twoWritablePrimaries: Rule = {
  kinds: ["outage"],
  find: ({ run, measured }) =>
    writableTogether(run, measured.rto?.serviceReturnedAt?.from).map(({ store, nodes, at }) => ({
      message: `Expected one writable node of ${store} after recovery, found ${nodes.length} (${nodes.join(", ")}), ${inSeconds((at - (run.faultAt ?? 0)) / 1_000)} after the fault.`,
    })),
};

const applicationOnOldUrl: Rule = {
  kinds: ["outage"],
  find: (facts) => {
    const targets = lastOfKind(facts.run.events, "application-target")?.targets ?? [];
    const wrong = targets
      .filter(({ node, writable }) => node === undefined || !writable)
      .map(({ service, store, host, node }) => ({
        message: `Expected ${service} to use a ${store} node that takes writes after the runbook, found it on ${
          host === "" ? "a URL that can't be read" : host
        }, where ${node === undefined ? "nothing answers" : `${node} takes none`}.`,
      }));
    return [...wrong, ...stoppedServices(facts, new Set(targets.map(({ service }) => service)))];
  },
};

/** A service that ran before the fault and points nowhere afterwards is not back. */
function stoppedServices({ run }: Facts, pointing: ReadonlySet<string>): Observation[] {
  if (pointing.size === 0) return [];
  const lastState = new Map<string, "started" | "stopped">();
  const before = new Set<string>();
  for (const { service, state, at, seq } of eventsOfKind(run.events, "application-changed")) {
    if (seq > (lastOfKind(run.events, "application-target")?.seq ?? Infinity)) break;
    lastState.set(service, state);
    if (state === "started" && at <= (run.faultAt ?? Infinity)) before.add(service);
  }
  return [...before]
    .filter((service) => lastState.get(service) === "stopped" && !pointing.has(service))
    .map((service) => ({
      message: `Expected ${service} to run after the runbook as it did before the fault, found it stopped.`,
    }));
}

const notDurable: Rule = {
  kinds: ["outage"],
  find: ({ run }) =>
    eventsOfKind(run.events, "aftershock-ended")
      .filter(({ durable }) => !durable)
      .map(({ node, detail }) => ({
        message: `Expected ${node} to come back from a restart with role, data and service as they were, found that ${detail.replace(/\.$/, "")}.`,
      })),
};

/** Who takes writes when all is over. */
export const nodeRules = {
  "two-writable-primaries": twoWritablePrimaries,
  "application-on-old-url": applicationOnOldUrl,
  "not-durable": notDurable,
} as const satisfies Rules;
