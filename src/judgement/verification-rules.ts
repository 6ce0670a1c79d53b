import { eventsOfKind, lastOfKind } from "../measurement/events-of-kind.ts";
import { nodeStores } from "../measurement/node-stores.ts";
import { verifications } from "../measurement/verification.ts";
import type { StepResult } from "../runbook/model.ts";
import type { RecordedRun } from "../measurement/recorded-run.ts";
import { inSeconds, type Observation, type Rule, type Rules } from "./rule.ts";

const nothingVerified: Rule = {
  findsOmission: true,
  find: ({ run }) =>
    verifications(run.recovery).length > 0
      ? []
      : [{ message: "Expected a step that verifies recovery after the last change, found none that ran." }],
};

const prematureVerification: Rule = {
  kinds: ["outage"],
  find: ({ run, measured: { rto } }) => {
    const { serviceReturnedAt: returned, verificationEndedAt: verifiedAt, faultAt } = rto ?? {};
    if (returned === undefined || verifiedAt === undefined || faultAt === undefined) return [];
    if (verifiedAt >= returned.from) return [];
    const last = verifications(run.recovery).at(-1);
    return [
      {
        message: `Expected the last verification to end after service was back, found that it ended ${inSeconds((verifiedAt - faultAt) / 1_000)} after the fault and that service was gone until ${inSeconds((returned.from - faultAt) / 1_000)} at least.`,
        ...(last === undefined ? {} : { step: last.step.id }),
      },
    ];
  },
};

const verifiedWrongNode: Rule = {
  find: ({ run }) => {
    if (run.started?.scenarioKind === "restore") return verifiedElsewhere(run);
    const targets = lastOfKind(run.events, "application-target")?.targets ?? [];
    if (targets.length === 0) return [];
    const stores = nodeStores(run.events);
    return verifications(run.recovery).flatMap(({ step, executedIn }) => {
      const nodes = executedIn.filter((service) => stores.has(service));
      if (
        nodes.length === 0 ||
        executedIn.some((service) => targets.some((target) => target.service === service))
      ) {
        return [];
      }
      const isTarget = (service: string): boolean =>
        targets.some(({ node, store }) => node === service && store === stores.get(service));
      if (nodes.some(isTarget)) return [];
      const used = [
        ...new Set(targets.filter(({ store }) => nodes.some((node) => stores.get(node) === store))),
      ];
      const right = [...new Set(used.map(({ node, host }) => node ?? `${host}, where nothing answers`))].join(
        " and ",
      );
      return [
        {
          message: `Step ${step.id} (line ${step.line}, ${step.title}) verified ${nodes.join(" and ")}, and the application uses ${right === "" ? "no such store" : right}.`,
          step: step.id,
        },
      ];
    });
  },
};

/** The original is whole whatever the copy is: only a look at the copy verifies a restore. */
function verifiedElsewhere(run: RecordedRun): Observation[] {
  const restored = eventsOfKind(run.events, "restore-observed").map(({ service }) => service);
  const verifying = verifications(run.recovery).filter(({ executedIn }) => executedIn.length > 0);
  if (restored.length === 0 || verifying.length === 0) return [];
  if (verifying.some(({ executedIn }) => executedIn.some((service) => restored.includes(service)))) return [];
  return verifying.map(({ step, executedIn }) => ({
    message: `Step ${step.id} (line ${step.line}, ${step.title}) verified ${executedIn.join(" and ")}, and the copy is in ${restored.join(" and ")}.`,
    step: step.id,
  }));
}

const verificationChangedData: Rule = {
  find: ({ run }) => {
    const verifying = new Set([...verifications(run.preparation), ...verifications(run.recovery)]);
    return run.steps
      .filter((result) => verifying.has(result) || isCheck(result))
      .flatMap(({ step, changes }) => {
        const data = changes.filter(({ kind }) => kind === "data");
        if (data.length === 0) return [];
        return [
          {
            message: `Step ${step.id} (line ${step.line}, ${step.title}) should only look, and left ${data
              .map(({ subject, before, after }) => `${subject} changed from ${before} to ${after}`)
              .join(", ")}.`,
            step: step.id,
          },
        ];
      });
  },
};

/** Neither its title nor an attribute means to change something. */
function isCheck({ step }: StepResult): boolean {
  return !step.meansToChange && (step.effect === undefined || step.effect.name === "none");
}

/** Somebody looked, at the right thing, in time, and changed nothing by it. */
export const verificationRules = {
  "nothing-verified": nothingVerified,
  "premature-verification": prematureVerification,
  "verified-wrong-node": verifiedWrongNode,
  "verification-changed-data": verificationChangedData,
} as const satisfies Rules;
