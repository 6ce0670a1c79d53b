import { copyName, type RestoredCopy } from "../measurement/restored-copy.ts";
import { eventsOfKind, firstOfKind, lastOfKind } from "../measurement/events-of-kind.ts";
import { applicationReturns } from "../measurement/rto.ts";
import { unreturnedStreams, watchedLongEnough } from "./recovery-bound.ts";
import { counted, inSeconds, type Facts, type Observation, type Rule, type Rules } from "./rule.ts";

/** A figure that a verdict needs and nobody could take. Each kind of scenario needs its own. */
const nothingMeasured: Rule = {
  findsOmission: true,
  find: (facts) => {
    const forEveryKind = [
      ...unscannedStores(facts),
      ...uncheckedIntegrity(facts),
      ...uncollected(facts),
      ...unjudgedRetention(facts),
    ];
    if (facts.run.started?.scenarioKind === "restore") return [...forEveryKind, ...unseenRestore(facts)];
    if (facts.run.started?.scenarioKind !== "outage") return forEveryKind;
    return [
      ...unmeasuredService(facts),
      ...forEveryKind,
      ...unjudgedLoss(facts),
      ...unknownTargets(facts),
      ...unseenNodes(facts),
      ...missingAftershock(facts),
    ];
  },
};

function unmeasuredService(facts: Facts): Observation[] {
  const { run, measured } = facts;
  if (run.started === undefined) return [];
  const { rto } = measured;
  if (rto === undefined) {
    return run.faults.length === 0
      ? []
      : [{ message: "Expected the fault that the scenario names as t₀ to be injected, found only others." }];
  }
  if (rto.serviceReturnedAt !== undefined) return [];
  const streams = applicationReturns(run.started.streams, rto.streams);
  if (streams.length === 0) {
    return [
      { message: "Expected requests through the application, which decide the RTO, found no such stream." },
    ];
  }
  const unknown = streams.filter(({ missing }) => missing === "no-requests" || missing === "no-baseline");
  const cutShort = watchedLongEnough(facts) ? [] : unreturnedStreams(facts);
  if (unknown.length + cutShort.length > 0) {
    return [...unknown, ...cutShort].map(({ stream, detail }) => ({
      message: `Expected to see when ${stream} worked again, but ${detail ?? "nothing shows it"}.`,
    }));
  }
  if (unreturnedStreams(facts).length > 0) return [];
  return [
    {
      message: `Expected requests through the application to fail by the fault, found that none of ${counted(streams.length, "stream")} did: there was no outage to recover from.`,
    },
  ];
}

function nameOf({ service, pointInTime }: RestoredCopy): string {
  return copyName({ service, ...(pointInTime === undefined ? {} : { target: pointInTime.target }) });
}

/** What a restore has to show: a backup made while writes went on, a copy that answers, and what it holds. */
function unseenRestore({ run, measured, integrity }: Facts): Observation[] {
  const looked = eventsOfKind(run.events, "restore-observed");
  const answering = looked.filter(({ answers }) => answers);
  const { rtoSeconds } = run.started?.objectives ?? {};
  return [
    ...(firstOfKind(run.events, "backup-observed") === undefined
      ? [{ message: "Expected a backup to be made in the run, found none that was looked at." }]
      : []),
    ...(looked.length === 0
      ? [{ message: "Expected somebody to look at what was restored, found that nobody did." }]
      : []),
    ...answering
      .filter(
        (seen) =>
          !measured.restored.some((copy) => nameOf(copy) === copyName(seen)) ||
          !integrity.some(({ name }) => name.startsWith(`${copyName(seen)}:`)),
      )
      .map((seen) => ({
        message: `Expected what ${copyName(seen)} holds to be read and compared, and it was not.`,
      })),
    ...(rtoSeconds === undefined
      ? [
          {
            message:
              "Expected an objective for the time of a restore, found none in the document or the system.",
          },
        ]
      : []),
  ];
}

/** A source that was to speak and could not is not the same as one that had nothing to say. */
function uncollected({ missing }: Facts): Observation[] {
  return missing.map(({ what, why }) => ({
    message: `Expected the ${what} to be collected after the run, and it could not be: ${why}.`,
  }));
}

/** Backups that were laid and that nobody looked at again, or that no promise says anything of. */
function unjudgedRetention({ run }: Facts): Observation[] {
  const laid = lastOfKind(run.events, "backups-inherited");
  if (laid === undefined) return [];
  const looked = lastOfKind(run.events, "kept-observed");
  return [
    ...(looked === undefined || looked.seq < laid.seq
      ? [{ message: "Expected somebody to look at what was kept of earlier backups, found that nobody did." }]
      : []),
    ...(laid.promise === undefined
      ? [
          {
            message:
              "Expected the document or the system's to say how long backups are kept, found it in neither.",
          },
        ]
      : []),
  ];
}

function unscannedStores({ run, reconciliations }: Facts): Observation[] {
  if (firstOfKind(run.events, "workload-started") === undefined) return [];
  const written = (run.started?.streams ?? []).filter(({ operation }) => operation === "write");
  return [...new Set(written.map(({ store }) => store))]
    .filter((store) => !reconciliations.some((reconciliation) => reconciliation.store === store))
    .map((store) => ({
      message: `Expected to find out what ${store} kept of its writes, but no node of it served after the run.`,
    }));
}

function uncheckedIntegrity({ integrity }: Facts): Observation[] {
  if (integrity.length === 0) {
    return [{ message: "Expected integrity to be compared with what it was before, found no comparison." }];
  }
  return integrity
    .filter(({ holds }) => holds === null)
    .map(({ name, expected, found }) => ({
      message: `${name}: expected ${expected}, and it could not be checked: ${found}.`,
    }));
}

function unjudgedLoss({ run, measured }: Facts): Observation[] {
  const { rtoSeconds, rpoSeconds } = run.started?.objectives ?? {};
  if (rpoSeconds !== undefined) return [];
  if (rtoSeconds === undefined) {
    return [
      { message: "Expected an objective for time or data, found neither in the document nor in the system." },
    ];
  }
  return measured.rpo
    .filter(({ seconds, lostWrites }) => lostWrites > 0 || !(seconds <= 0))
    .map(({ store, lostWrites }) => ({
      message: `Expected an objective to hold the loss of ${counted(lostWrites, "write")} of ${store} against, and the document states none.`,
    }));
}

function unknownTargets({ run }: Facts): Observation[] {
  const seen = lastOfKind(run.events, "application-target");
  if (seen !== undefined && seen.targets.length > 0) return [];
  return [
    {
      message: `Expected to see where the application points after the runbook, found ${
        seen === undefined ? "no record of it" : "no service of it running"
      }.`,
    },
  ];
}

/** A node that said nothing since the fault may be a second primary. */
function unseenNodes({ run }: Facts): Observation[] {
  const { faultAt, baseline } = run;
  if (faultAt === undefined) return [];
  const seen = new Set(
    eventsOfKind(run.events, "node-state")
      .filter(({ at }) => at >= faultAt)
      .map(({ state }) => state.node),
  );
  return (baseline?.nodes ?? [])
    .filter(({ node }) => !seen.has(node))
    .map(({ node }) => ({
      message: `Expected to see what became of ${node} after the fault, found no record of it.`,
    }));
}

function missingAftershock({ run, measured }: Facts): Observation[] {
  if (measured.rto?.serviceReturnedAt === undefined || run.started?.aftershock === false) return [];
  if (firstOfKind(run.events, "aftershock-ended") !== undefined) return [];
  const back = inSeconds((measured.rto.serviceReturnedAt.to - measured.rto.faultAt) / 1_000);
  return [
    {
      message: `Expected the node that took over to be restarted once service was back (after ${back}), and nothing shows how that ended.`,
    },
  ];
}

/** What is missing, so that nothing can be said. */
export const omissionRules = { "nothing-measured": nothingMeasured } as const satisfies Rules;
