import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "../engine/engine.ts";
import { describeImages } from "../engine/images.ts";
import { listRuns } from "../engine/remove-run.ts";
import { assembleInterrupted } from "../evidence/assemble.ts";
import type { EvidenceEnvironment, EvidenceSelfTest } from "../evidence/evidence.ts";
import { createRedactor } from "../evidence/redact.ts";
import { writeEvidence } from "../evidence/writer.ts";
import { RunClock } from "../timeline/clock.ts";
import { createTimeline, type Timeline } from "../timeline/timeline.ts";
import type { SystemDefinition } from "../topology/system-definition.ts";
import type { StreamDefinition } from "../workload/ledger-entry.ts";
import { defaultStreams } from "./default-streams.ts";
import { describeEnvironment } from "./environment.ts";
import { readExposure } from "./read-exposure.ts";
import type { RunOptions } from "./run-scenario.ts";
import { chooseRunbook, configuredBy, proceduresBefore, type ChosenRunbook } from "./runbook-choice.ts";
import { endsWithAftershock, type ScenarioDefinition } from "./scenario.ts";
import { systemImages } from "./system-images.ts";
import { readSelfTest } from "./self-test-record.ts";
import { longestClientDeadlineMs } from "./story-context.ts";

/** A run whose evidence exists and that has started nothing yet. */
export interface OpenedRun {
  readonly definition: ScenarioDefinition;
  readonly options: RunOptions;
  readonly chosen: ChosenRunbook;
  readonly runId: string;
  readonly seed: string;
  readonly streams: readonly StreamDefinition[];
  readonly timeline: Timeline;
  readonly redact: (text: string) => string;
  addSecrets(secrets: readonly string[]): void;
  /** Writes what is known by now, as the evidence of a run that did not end by itself. */
  writeInterrupted(engine?: Engine): Promise<void>;
}

/** Reads what is followed and promised, and begins the evidence. Whatever can be refused is refused before anything is created. */
export async function openRun(scenario: ScenarioDefinition, options: RunOptions): Promise<OpenedRun> {
  const chosen = options.chosen ?? (await chooseRunbook(scenario, { resolvePath: (path) => path }));
  const definition = configuredBy(scenario, chosen);
  const { promises } = chosen;
  await mkdir(options.outDirectory, { recursive: true });
  const runId = newRunId();
  const redactor = createRedactor();
  const redact = (text: string): string => redactor(text);
  const timeline = createTimeline({
    clock: new RunClock(),
    file: join(options.outDirectory, "events.jsonl"),
    redact,
  });
  timeline.subscribe((event) => options.observer.event(event));
  const seed = options.seed ?? runId;
  const streams = definition.streams ?? defaultStreams(definition.system);
  timeline.record({
    kind: "run-started",
    runId,
    scenario: definition.name,
    title: definition.title,
    scenarioKind: definition.kind,
    system: definition.system.name,
    wallTime: new Date().toISOString(),
    originNs: timeline.clock.originNs.toString(),
    seed,
    ...promises,
    streams,
    longestClientDeadlineMs,
    aftershock: endsWithAftershock(definition),
    ...(definition.redundancy === true ? { redundancy: true } : {}),
    nodes: definition.system.nodes.map(({ service, engine }) => ({ service, store: engine })),
  });
  readExposure({ definition, chosen, timeline });
  const writeInterrupted = async (engine?: Engine): Promise<void> => {
    const surroundings = await describeSurroundings(definition.system, runId, engine);
    const { runbook } = chosen;
    const before = proceduresBefore(chosen);
    await writeEvidence(
      options.outDirectory,
      assembleInterrupted({ events: timeline.events, runbook, before, ...surroundings }),
    );
  };
  await writeInterrupted();
  return {
    definition,
    options,
    chosen,
    runId,
    seed,
    streams,
    timeline,
    redact,
    addSecrets: redactor.add,
    writeInterrupted,
  };
}

/** What a run was made with, and whether that has been tested. */
export async function describeSurroundings(
  system: SystemDefinition,
  runId: string,
  engine: Engine | undefined,
): Promise<{ readonly environment: EvidenceEnvironment; readonly selfTest: EvidenceSelfTest }> {
  const images = engine === undefined ? [] : await describeImages(engine.docker, systemImages(system));
  const others =
    engine === undefined
      ? []
      : (await listRuns(engine.docker)).filter((run) => run.alive && run.runId !== runId);
  const recorded = images.map(({ name, reference, digest, imageId, packages }) => ({
    name,
    reference,
    digest,
    imageId,
    packages: { ...packages },
  }));
  const [environment, selfTest] = await Promise.all([
    describeEnvironment(engine, recorded, others.length > 0),
    readSelfTest(images.map(({ imageId }) => imageId)),
  ]);
  return { environment, selfTest };
}

/** Eight characters of `[a-z0-9]`, a letter first: short enough for names, and no two of a machine's runs alike. */
function newRunId(): string {
  const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  const bytes = randomBytes(8);
  return [...bytes].map((byte, index) => alphabet[byte % (index === 0 ? 26 : 36)]).join("");
}
