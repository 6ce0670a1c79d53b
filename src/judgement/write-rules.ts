import type { LossClass } from "../measurement/loss-class.ts";
import type { Reconciliation } from "../measurement/measurement.ts";
import { counted, inSeconds, type Rule, type Rules } from "./rule.ts";

/** A rule about each store's reconciliation; returns what is wrong, or undefined. */
function aboutEachStore(wrong: (reconciliation: Reconciliation) => string | undefined): Rule {
  return {
    find: ({ reconciliations }) =>
      reconciliations.flatMap((reconciliation) => {
        const message = wrong(reconciliation);
        return message === undefined ? [] : [{ message }];
      }),
  };
}

const phantomWrite = aboutEachStore(({ store, phantoms }) => {
  const [first] = phantoms;
  return first === undefined
    ? undefined
    : `Expected ${store} to hold only what was sent and not refused, found ${counted(phantoms.length, "phantom")}: write ${first.id} is there although ${first.reason}.`;
});

const changedPayload = aboutEachStore(({ store, changedPayloads }) => {
  const [first] = changedPayloads;
  return first === undefined
    ? undefined
    : `Expected every payload in ${store} as it was sent, found ${changedPayloads.length} changed: write ${first.id} has the digest ${first.found} instead of ${first.expected}.`;
});

const duplicateWrite = aboutEachStore(({ store, duplicates }) => {
  const [first] = duplicates;
  return first === undefined
    ? undefined
    : `Expected every write once in ${store}, found ${duplicates.length} more often: write ${first.id} is there ${first.times} times.`;
});

const baseDataLost = aboutEachStore(({ store, baseDataLost: lost }) =>
  lost.length === 0
    ? undefined
    : `Expected ${store} to hold what was there before the run, found ${lost.length} of it gone.`,
);

const gapInOrder = aboutEachStore(({ store, gaps }) => {
  const [first] = gaps;
  return first === undefined
    ? undefined
    : `Expected ${store} to lose writes from the end only, found ${counted(gaps.length, "gap")}: write ${first.lost} is gone, and write ${first.survivor}, sent after it was acknowledged by the same server, is there.`;
});

const divergentWrite: Rule = {
  find: ({ measured, run }) =>
    measured.stores.flatMap(({ store, divergent }) => {
      const [first] = divergent;
      if (first === undefined) return [];
      return [
        {
          message: `Expected no server but the new primary of ${store} to acknowledge writes once it took them, found ${counted(divergent.length, "write")} on the abandoned branch: the first, ${first.id}, ${inSeconds((first.answeredAt - (run.faultAt ?? 0)) / 1_000)} after the fault.`,
        },
      ];
    }),
};

function aboutLosses(lossClass: LossClass, what: string): Rule {
  return {
    find: ({ measured }) =>
      measured.stores.flatMap(({ store, losses }) => {
        const found = losses.filter((loss) => loss.lossClass === lossClass);
        const [first] = found;
        if (first === undefined) return [];
        return [
          {
            message: `Expected ${store} to keep what it had acknowledged and did not lose at failover, found ${counted(found.length, "write")} ${what}, write ${first.entry.id} among them.`,
          },
        ];
      }),
  };
}

const integrityDifference: Rule = {
  find: ({ integrity }) =>
    integrity
      .filter(({ holds }) => holds === false)
      .map(({ name, expected, found }) => ({ message: `${name}: expected ${expected}, found ${found}.` })),
};

/** What is in the stores when all is over, held against what clients were told. */
export const writeRules = {
  "phantom-write": phantomWrite,
  "changed-payload": changedPayload,
  "duplicate-write": duplicateWrite,
  "base-data-lost": baseDataLost,
  "gap-in-order": gapInOrder,
  "divergent-write": divergentWrite,
  "destroyed-later": aboutLosses("destroyed-later", "that the surviving branch had and that are gone"),
  "acknowledged-without-commit": aboutLosses(
    "acknowledged-without-commit",
    "of which complete WAL has no commit",
  ),
  "integrity-difference": integrityDifference,
} as const satisfies Rules;
