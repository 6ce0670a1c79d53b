import { setTimeout as pause } from "node:timers/promises";
import { connectEngine, type Engine } from "../engine/engine.ts";
import { startWatchdog } from "../engine/watchdog.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { runDirectory } from "../topology/run-directory.ts";
import { startTopology } from "../topology/start-topology.ts";
import { runAftershock } from "./aftershock.ts";
import { collect } from "./collect.ts";
import { conclude } from "./conclude.ts";
import { failedStart, type FailedStart } from "./failed-start.ts";
import { openRun, type OpenedRun } from "./open-run.ts";
import { BaselineNotEstablished, type RunInProgress } from "./run-in-progress.ts";
import type { RunObserver } from "./run-observer.ts";
import type { ChosenRunbook } from "./runbook-choice.ts";
import { endsWithAftershock, type ScenarioDefinition } from "./scenario.ts";
import { liftFault, storyContext } from "./story-context.ts";
import { watchSystem } from "./watch-system.ts";

export interface RunOptions {
  /** Folder for the evidence; made if it is missing. */
  readonly outDirectory: string;
  /** The runbook to follow; default the scenario's own. */
  readonly chosen?: ChosenRunbook;
  /** Varies the instant of the fault reproducibly; default: no delay. */
  readonly seed?: string;
  /** 0 for the first run with that seed. Default 0. */
  readonly repeat?: number;
  /** Leave the containers for an hour or until they are cleaned. */
  readonly keep: boolean;
  readonly signal: AbortSignal;
  readonly observer: RunObserver;
}

/** How long `keep` keeps. */
const keptMs = 3_600_000;

/**
 * Runs a scenario for real and returns its evidence, which stands in `outDirectory` from the first second, grows as things happen
 * and is kept whatever happens.
 *
 * @throws HarnessError where the environment or the input is not what it should be; evidence that was begun says so.
 */
export async function runScenario(definition: ScenarioDefinition, options: RunOptions): Promise<Evidence> {
  const opened = await openRun(definition, options);
  using timeline = opened.timeline;
  await using ending = new AsyncDisposableStack();
  const failed = failedStart(opened);
  let engine: Engine | undefined;
  let run: RunInProgress;
  try {
    timeline.record({ kind: "phase-started", phase: "topology" });
    engine = await connectEngine();
    run = await startSystem({ opened, engine, failed, ending });
  } catch (error) {
    const end = endOf(opened, failed.explain(error));
    timeline.record({ kind: "run-ended" });
    return await conclude({
      run: opened,
      end,
      ...(engine === undefined ? {} : { engine }),
      collected: failed.collected,
    });
  }
  await using watch = watchSystem(run);
  const end = await tellStory(run);
  const collected = await collect(run);
  await watch[Symbol.asyncDispose]();
  await liftFaults(run);
  timeline.record({ kind: "run-ended" });
  timeline.close();
  return await conclude({
    run,
    engine: run.engine,
    collected,
    ...(end === undefined ? {} : { end }),
    ...(run.workload === undefined ? {} : { ledgerFile: run.workload.ledgerFile }),
    ...(run.faultTime === undefined ? {} : { faultTime: run.faultTime }),
  });
}

/** Lifts what the story did not, last one first. The evidence is complete by now, and one that can't be lifted must not lose it. */
async function liftFaults(run: RunInProgress): Promise<void> {
  for (const fault of [...run.faults].reverse()) {
    try {
      await liftFault(run, fault);
    } catch (error) {
      const why = run.redact(error instanceof Error ? error.message : String(error));
      run.timeline.record({ kind: "note", text: `${fault.fault.name} could not be lifted: ${why}` });
    }
  }
}

/** How long an interrupted story may take to end what it is doing. */
const storyEndsWithinMs = 10_000;

/** Why a story ended before its end. */
export type EarlyEnd =
  | { readonly kind: "interrupted"; readonly signal: string }
  | { readonly kind: "failed"; readonly error: unknown };

interface SystemStart {
  readonly opened: OpenedRun;
  readonly engine: Engine;
  readonly failed: FailedStart;
  readonly ending: AsyncDisposableStack;
}

/** The system with everything that watches it; `ending` undoes it, the watchdog last. */
async function startSystem({ opened, engine, failed, ending }: SystemStart): Promise<RunInProgress> {
  const { definition, options, runId, timeline } = opened;
  const watchdog = startWatchdog(runId, engine.socketPath, { directories: [runDirectory(runId)] });
  if (options.keep) ending.defer(() => watchdog.keep(keptMs));
  else ending.defer(() => watchdog.finished());
  const topology = await startTopology(definition.system, {
    runId,
    clock: timeline.clock,
    engine,
    timeline,
    signal: options.signal,
    onSecrets: (secrets) => opened.addSecrets(secrets),
    beforeRemoval: () => failed.record(engine),
  });
  if (!options.keep) ending.use(topology);
  const run: RunInProgress = {
    ...opened,
    engine,
    topology,
    signal: options.signal,
    faults: [],
    restored: [],
    inherited: [],
    unread: [],
  };
  await opened.writeInterrupted(engine);
  ending.defer(async () => run.workload?.[Symbol.asyncDispose]());
  return run;
}

/** Tells the story, then the aftershock. Returns why it ended early, if it did. */
async function tellStory(run: RunInProgress): Promise<EarlyEnd | undefined> {
  const told = story(run);
  try {
    await Promise.race([told, aborted(run.signal)]);
    return undefined;
  } catch (error) {
    // What the story was doing ends first: nothing may be started or injected behind the collection's back.
    await Promise.race([told.catch(() => undefined), pause(storyEndsWithinMs, undefined, { ref: false })]);
    return error instanceof BaselineNotEstablished ? undefined : endOf(run, error);
  }
}

async function story(run: RunInProgress): Promise<void> {
  const { faultTime } = await run.definition.story(storyContext(run));
  if (faultTime !== undefined) run.faultTime = faultTime.fault.name;
  if (run.recovered === true && endsWithAftershock(run.definition)) await runAftershock(run);
}

/** Rejects when the run is interrupted: an act of the story that does not look at the signal itself must not hold it up. */
async function aborted(signal: AbortSignal): Promise<never> {
  for (;;) await pause(3_600_000, undefined, { signal, ref: false });
}

function endOf({ options, timeline }: OpenedRun, error: unknown): EarlyEnd {
  if (!options.signal.aborted) return { kind: "failed", error };
  const signal = String(options.signal.reason);
  timeline.record({ kind: "interrupted", signal });
  return { kind: "interrupted", signal };
}
