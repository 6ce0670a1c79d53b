import type { Finding, Verdict } from "../judgement/finding.ts";
import type { ErrorBudget } from "../measurement/error-budget.ts";
import type { Reconciliation } from "../measurement/measurement.ts";
import type { Runbook } from "../runbook/model.ts";
import type { Objectives, TimelineEvent } from "../timeline/event.ts";
import { assembleArchiving } from "./assemble-archiving.ts";
import { assembleDamageChecks } from "./assemble-damage-checks.ts";
import { assembleLosses, assembleReconciliations } from "./assemble-losses.ts";
import { assembleMeasured } from "./assemble-measured.ts";
import type { MeasuredFigures } from "./assemble-measured.ts";
import { assembleReplication } from "./assemble-replication.ts";
import { assembleBackups, assembleRestoredApplications, assembleRestores } from "./assemble-restores.ts";
import { assembleRetention } from "./assemble-retention.ts";
import { assembleSteps } from "./assemble-steps.ts";
import { evidenceSchemaVersion } from "./evidence.ts";
import type {
  Evidence,
  EvidenceEnvironment,
  EvidenceFile,
  EvidenceSelfTest,
  IntegrityCheck,
} from "./evidence.ts";
import { firstOfKind, eventsOfKind, lastOfKind } from "../measurement/events-of-kind.ts";
import { inSeconds } from "./in-seconds.ts";

export interface EvidenceInput {
  /** The whole timeline; it begins with `run-started`. */
  readonly events: readonly TimelineEvent[];
  readonly judgement: { readonly verdict: Verdict; readonly findings: readonly Finding[] };
  readonly environment: EvidenceEnvironment;
  readonly selfTest: EvidenceSelfTest;
  readonly measured?: MeasuredFigures;
  readonly reconciliations?: readonly Reconciliation[];
  readonly integrity?: readonly IntegrityCheck[];
  /** Default `none`. */
  readonly oracle?: Evidence["oracle"];
  /** The runbook that was followed: its steps that no event speaks about were not run. */
  readonly runbook?: Runbook;
  /** Procedures that the story follows before it, in order; default none. */
  readonly before?: readonly Runbook[];
  readonly notices?: readonly string[];
  /** What is missing beyond what the timeline itself shows. */
  readonly partial?: Evidence["partial"];
  readonly files?: readonly EvidenceFile[];
}

/** Makes the record of a run out of what was seen and what was concluded. Pure: the same input gives the same evidence. */
export function assembleEvidence(input: EvidenceInput): Evidence {
  const { events, judgement, measured = {}, reconciliations = [], runbook, before = [] } = input;
  const started = firstOfKind(events, "run-started");
  if (started === undefined) throw new TypeError("the timeline of a run begins with run-started");
  return {
    schemaVersion: evidenceSchemaVersion,
    scenario: started.scenario,
    title: started.title,
    kind: started.scenarioKind,
    runId: started.runId,
    system: started.system,
    seed: started.seed,
    startedAt: started.wallTime,
    durationSeconds: inSeconds(events.at(-1)?.at ?? 0),
    verdict: judgement.verdict,
    reasons: judgement.findings.map(({ code, message, step }) => ({
      code,
      message,
      ...(step === undefined ? {} : { step }),
    })),
    runbook: runbook === undefined ? null : runbookOf(runbook),
    before: before.map(runbookOf),
    objectives: objectivesOf(started.objectives),
    measured: assembleMeasured(started, events, measured, reconciliations),
    baseline: baselineOf(events),
    phases: phasesOf(events),
    faults: faultsOf(events),
    steps: assembleSteps(events, [...before, ...(runbook === undefined ? [] : [runbook])]),
    losses: assembleLosses(measured.rpo ?? [], reconciliations),
    reconciliations: assembleReconciliations(reconciliations),
    replication: assembleReplication(events),
    backups: assembleBackups(events),
    checks: assembleDamageChecks(events),
    restores: assembleRestores(measured.restored ?? []),
    retention: assembleRetention(measured.retention ?? []),
    archiving: assembleArchiving(events),
    restoredApplications: assembleRestoredApplications(events),
    integrity: [...(input.integrity ?? [])],
    oracle: input.oracle ?? "none",
    exposure:
      measured.exposure === undefined ? null : { ...measured.exposure, items: [...measured.exposure.items] },
    worstCase: worstCaseOf(events),
    errorBudget: errorBudgetOf(measured.errorBudget),
    applicationTargets: (lastOfKind(events, "application-target")?.targets ?? []).map((target) => ({
      service: target.service,
      store: target.store,
      host: target.host,
      node: target.node ?? null,
      writable: target.writable,
    })),
    aftershock: aftershockOf(events),
    notices: [...(input.notices ?? []), ...eventsOfKind(events, "note").map((note) => note.text)],
    partial: [...missingFrom(events, input), ...(input.partial ?? [])],
    environment: input.environment,
    selfTest: input.selfTest,
    files: [...(input.files ?? [])],
  };
}

/**
 * What stands in `evidence.json` from the first second, and still does when the harness is killed: nothing was shown. Written
 * again after each phase, it says how far the run came.
 */
export function assembleInterrupted(input: Omit<EvidenceInput, "judgement">): Evidence {
  const message =
    "The run did not end by itself, so it shows nothing; its timeline holds what happened until then.";
  return assembleEvidence({
    ...input,
    judgement: { verdict: "inconclusive", findings: [{ code: "interrupted", message }] },
  });
}

/** A copy that nothing else holds. */
function worstCaseOf(events: readonly TimelineEvent[]): Evidence["worstCase"] {
  const read = lastOfKind(events, "document-read");
  return read === undefined ? null : (structuredClone(read.exposure) as NonNullable<Evidence["worstCase"]>);
}

/** A target of 100 % leaves no budget of which a share could be used. */
function errorBudgetOf(budget: ErrorBudget | undefined): Evidence["errorBudget"] {
  if (budget === undefined) return null;
  return { ...budget, usedShare: Number.isFinite(budget.usedShare) ? budget.usedShare : null };
}

function runbookOf({ file, slug, heading, line, sha256 }: Runbook): NonNullable<Evidence["runbook"]> {
  return { file, slug, heading, line, sha256 };
}

function objectivesOf(objectives: Objectives): Evidence["objectives"] {
  const { rto, rpo, availability } = objectives.sources;
  return {
    rtoSeconds: objectives.rtoSeconds ?? null,
    rpoSeconds: objectives.rpoSeconds ?? null,
    availabilityPercent: objectives.availabilityPercent ?? null,
    source: { rto: rto ?? null, rpo: rpo ?? null, availability: availability ?? null },
  };
}

function baselineOf(events: readonly TimelineEvent[]): Evidence["baseline"] {
  const established = firstOfKind(events, "baseline-established");
  if (established === undefined) return null;
  const { ratePerSecond, nodes, baseData, lag } = established.baseline;
  return {
    ratePerSecond: { ...ratePerSecond },
    nodes: [...nodes],
    baseData: { ...baseData },
    lag: { ...lag },
  };
}

function phasesOf(events: readonly TimelineEvent[]): Evidence["phases"] {
  const starts = eventsOfKind(events, "phase-started");
  return starts.map(({ phase, at }, index) => ({
    phase,
    startedAtSeconds: inSeconds(at),
    seconds: inSeconds((starts[index + 1]?.at ?? events.at(-1)?.at ?? at) - at),
  }));
}

function faultsOf(events: readonly TimelineEvent[]): Evidence["faults"] {
  return eventsOfKind(events, "fault-injected").map(
    ({ seq, fault, targets, transient, damage, calledAt }) => {
      // A fault may be injected twice: what was read of it stands between its own injection and the next.
      const next = eventsOfKind(events, "fault-injected").find(
        (other) => other.fault === fault && other.seq > seq,
      )?.seq;
      const mine = events.filter((event) => event.seq > seq && event.seq < (next ?? Infinity));
      const readings = eventsOfKind(mine, "fault-observed").filter((event) => event.fault === fault);
      const observed = readings.find((reading) => reading.inForce) ?? readings.at(-1);
      const checked = eventsOfKind(mine, "fault-checked").findLast((event) => event.fault === fault);
      const lifted = eventsOfKind(mine, "fault-lifted").find((event) => event.fault === fault);
      return {
        name: fault,
        targets: [...targets],
        transient,
        ...(damage === true ? { damage } : {}),
        calledAtSeconds: inSeconds(calledAt),
        observed: observed === undefined ? null : { inForce: observed.inForce, detail: observed.detail },
        atRecovery: checked === undefined ? null : { inForce: checked.inForce, detail: checked.detail },
        liftedAtSeconds: lifted === undefined ? null : inSeconds(lifted.at),
      };
    },
  );
}

function aftershockOf(events: readonly TimelineEvent[]): Evidence["aftershock"] {
  const started = firstOfKind(events, "aftershock-started");
  const ended = firstOfKind(events, "aftershock-ended");
  if (started === undefined || ended === undefined) return null;
  const { node, durable, detail } = ended;
  return { node, durable, seconds: inSeconds(ended.at - started.at), detail };
}

function missingFrom(events: readonly TimelineEvent[], input: EvidenceInput): Evidence["partial"] {
  const failure = firstOfKind(events, "baseline-failed");
  const signal = firstOfKind(events, "interrupted")?.signal;
  const stopped =
    signal === undefined ? "the run did not come so far" : `${signal} ended the run before it came so far`;
  const missing: [boolean, string, string][] = [
    [
      firstOfKind(events, "baseline-established") === undefined,
      "baseline",
      failure === undefined ? stopped : `it could not be established: ${failure.detail}`,
    ],
    // That nothing was restored is a finding, and no gap in the evidence; a procedure recovers nothing.
    [
      input.measured?.rto === undefined &&
        firstOfKind(events, "restore-observed") === undefined &&
        firstOfKind(events, "run-started")?.scenarioKind !== "procedure",
      "time to recovery",
      stopped,
    ],
    [(input.reconciliations ?? []).length === 0, "ledger against the stores", stopped],
    [(input.integrity ?? []).length === 0, "integrity checks", stopped],
    [firstOfKind(events, "run-ended") === undefined, "end of the timeline", stopped],
  ];
  return missing.filter(([isMissing]) => isMissing).map(([, what, why]) => ({ what, why }));
}
