import { setTimeout as pause } from "node:timers/promises";
import type { Fault, InjectedFault } from "../fault/fault.ts";
import { faultDelaySeconds } from "../measurement/fault-instant.ts";
import { observeApplicationTargets } from "../probe/application-target.ts";
import { observeNode, patientDeadlineMs } from "../probe/node-state.ts";
import { awaitArrival } from "../probe/replication-arrival.ts";
import { nextServerSecond } from "../probe/server-second.ts";
import { tarArchive } from "../topology/tar-archive.ts";
import { defaultDeadlines, longestDeadlineMs } from "../workload/workload-options.ts";
import type { Instant } from "../timeline/clock.ts";
import { observeArchived } from "../backup/observe-archived.ts";
import { observeArtefacts } from "../backup/observe-artefacts.ts";
import { inheritEarlier, inheritEarlierBaseBackups, observeInherited } from "./inherited-backups.ts";
import { commandsOf } from "./runbook-choice.ts";
import { observeRestoredApplication } from "./restored-application.ts";
import { observeRestored } from "./restored-servers.ts";
import { awaitRecovery } from "./await-recovery.ts";
import { readExposureAfterBackup } from "./read-exposure.ts";
import { checkDamage } from "./check-damage.ts";
import { followProcedure } from "./follow-procedure.ts";
import { establishRunBaseline } from "./run-baseline.ts";
import type { RunInProgress } from "./run-in-progress.ts";
import type { RestoredServices, ScenarioContext } from "./scenario.ts";
import { servingNodes } from "./serving-nodes.ts";

/** How far apart the faults of repeated runs may lie: about the period of the slowest writer that matters, the AOF's one second. */
const faultSpreadSeconds = 3;

export const longestClientDeadlineMs = longestDeadlineMs(defaultDeadlines);

/** How long service has to last to count as back. */
const observationMs = Math.max(10_000, 2 * longestClientDeadlineMs);

/** What is allowed for service to return after the last step, beside deadlines. */
const returnWithinMs = 60_000;

/** What is allowed for a write to arrive on a replica that has just been started: it connects again, and may copy everything. */
const arrivalWithinMs = 20_000;

/** What is allowed for finished WAL to be in the archive: PostgreSQL tries three times within three seconds, and then once a minute. */
const archivedWithinMs = 30_000;

/** What the story of this run can do. */
export function storyContext(run: RunInProgress): ScenarioContext {
  return {
    topology: run.topology,
    runId: run.runId,
    signal: run.signal,
    workload: { establishBaseline: () => establishRunBaseline(run) },
    faults: { inject: (fault) => inject(run, fault) },
    operator: {
      follow: () => follow(run),
      tell: (path, text) => tell(run, path, text),
      prepare: () => prepare(run),
      commands: commandsOf(run.chosen.runbook),
      inherit: (backups) => inheritEarlier(run, backups),
      inheritBaseBackups: (backups) => inheritEarlierBaseBackups(run, backups),
      backUp: () => backUp(run),
      check: (damage) => checkDamage(run, damage),
    },
    observe: {
      recovery: ({ withinMs = returnWithinMs + longestClientDeadlineMs } = {}) =>
        observeRecovery(run, withinMs),
      replication: ({ withinMs = arrivalWithinMs } = {}) => observeReplication(run, withinMs),
      restored: (services, { target } = {}) => observeRestores(run, services, target),
      kept: () => observeInherited(run),
      archiving: ({ withinMs = archivedWithinMs } = {}) => observeArchiving(run, withinMs),
      restoredApplication: (service) => observeRestoredApplication(run, service),
      serverSecond: () => serverSecond(run),
    },
  };
}

async function inject(run: RunInProgress, fault: Fault): Promise<InjectedFault> {
  const { timeline, options } = run;
  if (run.faults.length === 0) {
    timeline.record({ kind: "phase-started", phase: "fault" });
    if (options.seed !== undefined) {
      const delaySeconds = faultDelaySeconds(options.seed, (options.repeat ?? 0) + 1, faultSpreadSeconds);
      await pause(delaySeconds * 1000, undefined, { signal: run.signal });
    }
  }
  const calledAt = timeline.clock.now();
  const injected = await fault.inject(run.topology);
  run.faults.push(injected);
  timeline.record({
    kind: "fault-injected",
    fault: fault.name,
    targets: fault.targets,
    transient: fault.transient,
    ...(fault.damage === true ? { damage: true } : {}),
    calledAt,
  });
  const { inForce, detail } = await injected.observe();
  timeline.record({ kind: "fault-observed", fault: fault.name, inForce, detail });
  return recordingLift(run, injected);
}

/** The same fault, whose first lifting goes on the timeline. */
function recordingLift(run: RunInProgress, injected: InjectedFault): InjectedFault {
  const lift = () => liftFault(run, injected);
  return { fault: injected.fault, observe: () => injected.observe(), lift, [Symbol.asyncDispose]: lift };
}

/** Lifts a fault that is still in place, and says so on the timeline. */
export async function liftFault(run: RunInProgress, injected: InjectedFault): Promise<void> {
  const index = run.faults.indexOf(injected);
  if (index === -1) return;
  run.faults.splice(index, 1);
  await injected.lift();
  // Damage to data is not lifted: what undoes it is recovery.
  if (injected.fault.damage === true) return;
  run.timeline.record({ kind: "fault-lifted", fault: injected.fault.name });
}

async function follow(run: RunInProgress): Promise<void> {
  const { timeline, topology, chosen } = run;
  timeline.record({ kind: "phase-started", phase: "runbook" });
  await followProcedure(run, chosen.runbook);
  run.runbookEndedAt = timeline.clock.now();
  timeline.record({ kind: "application-target", targets: await observeApplicationTargets(topology) });
}

async function prepare(run: RunInProgress): Promise<void> {
  // A document that has no such procedure is followed without.
  if (run.chosen.preparation !== undefined) await followBeside(run, "preparation");
}

async function backUp(run: RunInProgress): Promise<void> {
  const { timeline, topology } = run;
  const startedAt = await followBeside(run, "backup");
  readExposureAfterBackup(run, startedAt);
  timeline.record({ kind: "backup-observed", artefacts: await observeArtefacts(topology) });
}

/** A procedure beside the runbook, in a phase of its own; returns when that began. */
async function followBeside(run: RunInProgress, which: "preparation" | "backup"): Promise<Instant> {
  const procedure = run.chosen[which];
  if (procedure === undefined) {
    throw new TypeError(
      `the story of ${run.definition.name} follows its ${which}, and the scenario names no procedure for it`,
    );
  }
  const { at: startedAt } = run.timeline.record({ kind: "phase-started", phase: which });
  await followProcedure(run, procedure);
  return startedAt;
}

async function observeArchiving(run: RunInProgress, withinMs: number): Promise<void> {
  const { topology, timeline, signal } = run;
  const node = (await servingNodes(topology)).get("postgres");
  if (node === undefined) {
    run.unread.push({ what: "archived WAL", why: "no server of the database serves" });
    return;
  }
  try {
    const look = await observeArchived(topology, node, { withinMs, signal });
    timeline.record({ kind: "archiving-observed", ...look });
  } catch (error) {
    signal.throwIfAborted();
    const why = run.redact(error instanceof Error ? error.message : String(error));
    run.unread.push({ what: "archived WAL", why });
  }
}

async function observeReplication({ timeline, topology, signal }: RunInProgress, withinMs: number) {
  const replicas = [...topology.nodes.values()].filter(({ definition }) => definition.role === "replica");
  const arrivals = await Promise.all(
    replicas.map((replica) => awaitArrival(topology, replica, { withinMs, signal })),
  );
  for (const arrival of arrivals) timeline.record({ kind: "replication-observed", ...arrival });
}

async function tell({ timeline, topology }: RunInProgress, path: string, text: string): Promise<void> {
  const file = tarArchive([{ path, mode: 0o600, content: `${text}\n` }]);
  await topology.docker.getContainer(topology.operator.containerId).putArchive(file, { path: "/" });
  timeline.record({ kind: "told-operator", path, text });
}

async function serverSecond({ timeline, topology }: RunInProgress): Promise<string> {
  const node = (await servingNodes(topology)).get("postgres");
  if (node === undefined) throw new Error("expected a database that serves to tell the time, found none");
  const calledAt = timeline.clock.now();
  const second = await nextServerSecond(topology, node);
  timeline.record({ kind: "server-second", second, calledAt });
  return second;
}

async function observeRestores(
  run: RunInProgress,
  services: RestoredServices,
  target: string | undefined,
): Promise<void> {
  for (const store of ["postgres", "redis"] as const) {
    const service = services[store];
    if (service !== undefined) await observeRestored(run, store, service, target);
  }
}

async function observeRecovery(run: RunInProgress, withinMs: number): Promise<void> {
  const { timeline, topology, workload, streams } = run;
  if (workload === undefined)
    throw new TypeError("the story observes recovery before it has established its baseline");
  timeline.record({ kind: "phase-started", phase: "observation" });
  const startedAt = timeline.clock.now();
  const bounds = { runbookEndedAt: run.runbookEndedAt ?? startedAt, observationMs, withinMs };
  run.recovered = await awaitRecovery(() => workload.stats(), streams, bounds, run.signal);
  timeline.record({
    kind: "recovery-observed",
    recovered: run.recovered,
    waitedSeconds: (timeline.clock.now() - startedAt) / 1000,
  });
  for (const injected of run.faults) {
    const { inForce, detail, unread = false } = await injected.observe();
    const { name } = injected.fault;
    if (unread) run.unread.push({ what: `whether ${name} was undone`, why: run.redact(detail) });
    else timeline.record({ kind: "fault-checked", fault: name, inForce, detail });
  }
  const [targets, states] = await Promise.all([
    observeApplicationTargets(topology, patientDeadlineMs),
    Promise.all([...topology.nodes.values()].map((node) => observeNode(topology, node, patientDeadlineMs))),
  ]);
  timeline.record({ kind: "application-target", targets });
  // The watch records changes only, and "unchanged until the end" has to be seen, not inferred.
  for (const state of states) timeline.record({ kind: "node-state", state });
  timeline.record({ kind: "observation-ended" });
}
