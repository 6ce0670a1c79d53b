import { eventsOfKind, firstOfKind } from "../measurement/events-of-kind.ts";
import { toleratedIndeterminateShare } from "../measurement/indeterminate-share.ts";
import type { Facts, Observation, Rule, Rules } from "./rule.ts";

const interrupted: Rule = {
  find: ({ run }) =>
    eventsOfKind(run.events, "interrupted").map(({ signal }) => ({
      message: `Expected the run to end by itself, but ${signal} ended it.`,
    })),
};

const harnessError: Rule = {
  find: ({ run, harnessError: error }) => [
    ...(error === undefined ? [] : [{ message: error }]),
    ...brokenTimeline(run.events),
  ],
};

/** A record that is not whole can hide whatever would have been found. */
function brokenTimeline(events: Facts["run"]["events"]): Observation[] {
  const starts = eventsOfKind(events, "run-started").length;
  const missing = events.findIndex(({ seq }, position) => seq !== position + 1);
  return [
    ...(starts === 1
      ? []
      : [{ message: `Expected the timeline of one run, found ${starts} events that start one.` }]),
    ...(missing === -1
      ? []
      : [
          {
            message: `Expected event ${missing + 1} of the timeline, found event ${events[missing]?.seq ?? 0}.`,
          },
        ]),
  ];
}

const baselineNotEstablished: Rule = {
  find: ({ run, measured, harnessError: error }) => {
    const failures = eventsOfKind(run.events, "baseline-failed");
    if (failures.length > 0) {
      return failures.map(({ code, detail }) => ({
        message: `Expected a system that works before the fault, found ${code}: ${detail}.`,
      }));
    }
    const { baseline, started } = run;
    if (baseline === undefined) {
      const cutOff = error !== undefined || firstOfKind(run.events, "interrupted") !== undefined;
      if (cutOff || started?.scenarioKind !== "outage") return [];
      return [{ message: "Expected a baseline before the fault, found none on the timeline." }];
    }
    const doubt = measured.baselineDoubt;
    const replicas = baseline.nodes.filter(({ role }) => role === "replica");
    return [
      ...(doubt === undefined
        ? []
        : [{ message: `Expected a system that works before the fault, but ${doubt.detail}.` }]),
      ...(baseline.nodes.length > 0
        ? []
        : [{ message: "Expected the state of every node before the fault, found that of none." }]),
      ...baseline.nodes
        .filter(({ reachable }) => !reachable)
        .map(({ node }) => ({ message: `Expected ${node} to answer before the fault, and it did not.` })),
      ...replicas
        .filter(({ replication }) => replication?.streaming !== true || !replication.synced)
        .map(({ node, replication }) => ({
          message: `Expected ${node} to stream and to be synchronised before the fault, found it ${
            replication?.streaming === true ? "not synchronised" : "not streaming"
          }.`,
        })),
    ];
  },
};

const tooManyIndeterminate: Rule = {
  find: ({ measured: { indeterminate } }) =>
    indeterminate.share <= toleratedIndeterminateShare
      ? []
      : [
          {
            message: `Expected at most 1 % indeterminate writes outside the fault's window, found ${indeterminate.indeterminate} of ${indeterminate.writes}.`,
          },
        ],
};

const ledgerIncomplete: Rule = {
  find: ({ measured }) => measured.ledgerDoubts.map((message) => ({ message })),
};

const oracleDisagrees: Rule = {
  find: ({ measured, oracleContradictions }) => [
    ...oracleContradictions.map((contradiction) => ({
      message: `Expected sources that agree with each other, found that ${contradiction}.`,
    })),
    ...measured.stores.flatMap(({ store, impossible }) => {
      const [first] = impossible;
      if (first === undefined) return [];
      return [
        {
          message: `Expected the ledger and the oracle of ${store} to agree, found ${impossible.length} surviving writes that the oracle rules out: of write ${first.entry.id}, ${first.reason}.`,
        },
      ];
    }),
  ],
};

/** What makes a run count at all. */
export const runRules = {
  interrupted: interrupted,
  "harness-error": harnessError,
  "baseline-not-established": baselineNotEstablished,
  "too-many-indeterminate": tooManyIndeterminate,
  "ledger-incomplete": ledgerIncomplete,
  "oracle-disagrees": oracleDisagrees,
} as const satisfies Rules;
