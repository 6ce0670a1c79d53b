import { recoveryBound, unreturnedStreams, watchedLongEnough } from "./recovery-bound.ts";
import { counted, inSeconds, type Facts, type Observation, type Rule, type Rules } from "./rule.ts";

const notRecovered: Rule = {
  kinds: ["outage"],
  find: (facts) => {
    const { run, measured } = facts;
    const bound = recoveryBound(facts);
    if (bound === undefined) return [];
    const lastStep = run.lastStepEndedAt ?? run.faultAt ?? 0;
    const allowed = inSeconds((bound - lastStep) / 1_000);
    const returned = measured.rto?.serviceReturnedAt;
    if (returned !== undefined) {
      return returned.from <= bound
        ? []
        : [
            {
              message: `Expected service within ${allowed} of the last step, found it back after ${inSeconds((returned.from - lastStep) / 1_000)} at the earliest.`,
            },
          ];
    }
    if (!watchedLongEnough(facts)) return [];
    return unreturnedStreams(facts).map(({ stream, detail }) => ({
      message: `Expected ${stream} to work again within ${allowed} of the last step, found that ${detail ?? "it did not"}.`,
    }));
  },
};

interface RtoStanding {
  readonly target: number;
  readonly lower: number;
  readonly upper: number;
  readonly delays: number;
}

/** Undefined where there is nothing to compare. Documented delays belong to both bounds. */
function rtoStanding({ run, measured: { rto } }: Facts): RtoStanding | undefined {
  const target = run.started?.objectives.rtoSeconds;
  if (target === undefined || rto?.intervalSeconds === undefined) return undefined;
  const { lower, upper } = rto.intervalSeconds;
  const delays = (rto.seconds ?? upper) - upper;
  return { target, lower: lower + delays, upper: upper + delays, delays };
}

const rtoExceeded: Rule = {
  kinds: ["outage", "restore"],
  find: (facts) => {
    if (facts.run.started?.scenarioKind === "restore") return slowRestore(facts);
    const standing = rtoStanding(facts);
    if (standing === undefined || !(standing.lower >= standing.target)) return [];
    const { target, upper, lower, delays } = standing;
    const including = delays > 0 ? `, ${inSeconds(delays)} of them documented delays` : "";
    return [
      {
        message: `Expected recovery in less than ${inSeconds(target)}, found ${inSeconds(upper)} (at least ${inSeconds(lower)})${including}.`,
      },
    ];
  },
};

/** A restore begins and ends when its procedure does: there is nothing that bounds it loosely. */
function slowRestore({ run, measured: { restoreTime } }: Facts): Observation[] {
  const target = run.started?.objectives.rtoSeconds;
  if (target === undefined || restoreTime === undefined || restoreTime.seconds < target) return [];
  return [
    {
      message: `Expected the restore to take less than ${inSeconds(target)}, found ${inSeconds(restoreTime.seconds)}.`,
    },
  ];
}

const rtoUndecided: Rule = {
  kinds: ["outage"],
  find: (facts) => {
    const standing = rtoStanding(facts);
    if (standing === undefined) return [];
    const { target, upper, lower } = standing;
    if (upper < target || lower >= target) return [];
    return [
      {
        message: `Expected recovery in less than ${inSeconds(target)}, found it between ${inSeconds(lower)} and ${inSeconds(upper)}, which decides nothing.`,
      },
    ];
  },
};

const rpoExceeded: Rule = {
  kinds: ["outage"],
  find: ({ run, measured }) => {
    const target = run.started?.objectives.rpoSeconds;
    if (target === undefined) return [];
    return measured.rpo
      .filter(({ seconds }) => !(seconds < target))
      .map(({ store, seconds, windowSeconds, lostWrites }) => ({
        message: `Expected ${store} to lose less than ${inSeconds(target)} of writes, found ${
          seconds === Infinity
            ? `that loss reaches back over all ${inSeconds(windowSeconds ?? 0)} that were watched`
            : inSeconds(seconds)
        } (${counted(lostWrites, "write")} lost).`,
      }));
  },
};

/** The promises of the document, kept or not. */
export const objectiveRules = {
  "not-recovered": notRecovered,
  "rto-exceeded": rtoExceeded,
  "rto-undecided": rtoUndecided,
  "rpo-exceeded": rpoExceeded,
} as const satisfies Rules;
